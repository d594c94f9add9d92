import { expect, test } from 'vitest';
import {
  anomalyLines,
  eventsText,
  refusedText,
} from '../../../../../../src/lib/components/recordings/import-words.ts';
import {
  bytesText,
  durationText,
  instrumentsText,
  spanText,
} from '../../../../../../src/lib/components/recordings/recording-words.ts';

test('sizes in three digits at most', () => {
  expect([0, 912, 999.6, 4_100, 38_400_000, 2e12].map(bytesText)).toEqual([
    '0 B',
    '912 B',
    '1.0 kB',
    '4.1 kB',
    '38 MB',
    '2.0 TB',
  ]);
});

test('spans in their two largest units', () => {
  const S = 1e6;
  expect([0.25 * S, 42 * S, 62 * S, 3_600 * S, 11_520 * S, 1_813_860 * S].map(durationText)).toEqual([
    '250 ms',
    '42 s',
    '1 min 2 s',
    '1 h',
    '3 h 12 min',
    '20 d 23 h',
  ]);
});

test('the second day is named where it is another', () => {
  const at = (iso: string): number => Date.parse(iso) * 1_000;
  expect(spanText(at('2026-11-12T14:29:37Z'), at('2026-11-12T14:34:37Z'), 'utc')).toBe(
    '2026-11-12 14:29:37 – 14:34:37',
  );
  expect(spanText(at('2026-11-12T23:00:00Z'), at('2026-11-13T01:00:00Z'), 'utc')).toBe(
    '2026-11-12 23:00:00 – 2026-11-13 01:00:00',
  );
});

test('a few instruments are named, and the others counted', () => {
  const of = (instruments: string[], instrumentCount = instruments.length) =>
    instrumentsText({ instruments, instrumentCount } as unknown as Parameters<typeof instrumentsText>[0]);
  expect(of([])).toBe('No instrument');
  expect(of(['a:BTC', 'b:BTC', 'a:ETH'], 40)).toBe('BTC, ETH and 38 more');
});

test('what was odd in a file is said in words, the telling first', () => {
  const lines = anomalyLines({
    same_local_us: 9,
    crossed: 1,
    holes: 2,
    max_gap_s: 90,
    zero_qty: 0,
    new_thing: 3,
  });
  expect(lines.map(({ text }) => text)).toEqual([
    '1 crossed quote',
    '2 gaps',
    '3 new thing',
    '9 rows received at the same microsecond',
    'Longest gap 2 min',
  ]);
  expect(anomalyLines({ zero_qty: 0 })).toEqual([]);
});

test('events and rows that were left out are counted', () => {
  expect(eventsText({ trades: 1_200, quotes: 0, book: 3 })).toBe('1,200 trades, 3 book');
  expect(eventsText({})).toBe('no event');
  expect(refusedText({ rows: 0, first: [] })).toBe('No row was left out.');
  expect(refusedText({ rows: 1, first: [] })).toBe('1 row was left out.');
});
