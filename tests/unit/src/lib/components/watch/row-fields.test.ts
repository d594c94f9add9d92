import { expect, test } from 'vitest';
import { priceTicks } from '#protocol';
import { createQuoteColumns } from '../../../../../../src/lib/client/quote-columns.ts';
import {
  cellText,
  isStale,
  rowNote,
  rowTitle,
} from '../../../../../../src/lib/components/watch/row-fields.ts';
import { BOARD_FIELDS } from '../../../../../../src/lib/components/watch/board-fields.ts';
import { turnover } from '../../../../../../src/lib/components/watch/dollar-turnover.ts';
import { BOARD_COLUMN_NAMES } from '../../../../../../src/lib/state/board-columns.svelte.ts';
import { fakeEntry } from '../../../../../support/fake-server.ts';
import { columns, instrument } from '../test-instruments.ts';
import { rowSource } from './row-source.ts';

const entry = fakeEntry(0, 'BTC-USD');

test('a row that is silent for too long shows its age instead of the volume', () => {
  const values = createQuoteColumns(4);
  values.last[0] = 10_000;
  values.volume[0] = 5_000;
  expect(cellText('activity')(entry, rowSource(values))).not.toBe('33 s');
  const silent = rowSource(values, { staleAgeMs: () => 33_000 });
  expect(isStale(entry, silent)).toBe(true);
  expect(cellText('activity')(entry, silent)).toBe('33 s');
  expect(cellText('last')(entry, silent)).toBe('100.00');
});

test('the title of a row that is silent for too long says since when, and what the feed tells comes first', () => {
  const values = createQuoteColumns(4);
  values.last[0] = 10_000;
  const name = rowTitle(entry, rowSource(values));
  const silent = { staleAgeMs: () => 3_200 };
  expect(rowTitle(entry, rowSource(values, silent))).toBe(`${name}: Last update 3.2 s ago`);
  const told = rowSource(values, { ...silent, distrust: () => 'A gap of the feed.' });
  expect(rowTitle(entry, told)).toBe(`${name}: A gap of the feed.`);
});

test('a row that never had a value has no age', () => {
  const silent = rowSource(createQuoteColumns(4), { staleAgeMs: () => 33_000 });
  expect(isStale(entry, silent)).toBe(false);
  expect(cellText('activity')(entry, silent)).toBe(cellText('last')(entry, silent));
});

test('a row whose exchange has closed is not stale: it shows the time of the close, and says it with the last price', () => {
  const values = createQuoteColumns(4);
  values.last[0] = 22_741;
  const closing = () => ({ timeUs: 0, clock: '16:00', city: 'New York' });
  const closed = rowSource(values, { staleAgeMs: () => 33_000, closing });
  expect(isStale(entry, closed)).toBe(false);
  expect(cellText('activity')(entry, closed)).toBe('16:00');
  expect(rowTitle(entry, closed)).toMatch(/: Closed 16:00 New York\. Last 227\.41\.$/);
  expect(rowNote(entry, rowSource(createQuoteColumns(4), { closing }))).toBe('Closed 16:00 New York.');
});

test('what the feed tells of a row comes before the close of its exchange', () => {
  const values = createQuoteColumns(4);
  values.last[0] = 22_741;
  const closing = () => ({ timeUs: 0, clock: '16:00', city: 'New York' });
  const told = rowSource(values, { staleAgeMs: () => 33_000, closing, distrust: () => 'The feed is down.' });
  expect(isStale(entry, told)).toBe(true);
  expect(rowNote(entry, told)).toBe('The feed is down.');
  expect(cellText('activity')(entry, told)).toBe('33 s');
});

test('every column of the board has a text, and none throws where nothing is known', () => {
  const nothing = rowSource(createQuoteColumns(1), { ageMs: () => Number.NaN });
  for (const name of BOARD_COLUMN_NAMES) {
    expect(typeof BOARD_FIELDS[name].text(entry, nothing), name).toBe('string');
    expect(typeof BOARD_FIELDS[name].value(entry, nothing), name).toBe('number');
  }
});

test('values are in the units that a filter is written in', () => {
  const it = instrument(0, 'BTC-USD');
  const values = columns([10_100], [20_000]);
  values.bid[0] = 9_999;
  values.ask[0] = 10_001;
  const source = rowSource(values);
  expect(BOARD_FIELDS.last.value(it, source)).toBe(101);
  expect(BOARD_FIELDS.percent.value(it, source)).toBeCloseTo(1);
  expect(BOARD_FIELDS.change.value(it, source)).toBe(1);
  expect(BOARD_FIELDS.volume.value(it, source)).toBe(2);
  expect(BOARD_FIELDS.spread.value(it, source)).toBeCloseTo(2);
  expect(turnover(it, values)).toBe(202);
});

test('a size of many digits is shortened, a small one is whole', () => {
  const it = instrument(0, 'EUR/USD');
  const values = columns([1]);
  values.bidSize[0] = 140_000_000_000;
  values.askSize[0] = 12_345;
  expect(cellText('bidSize')(it, rowSource(values))).toBe('14.0M');
  expect(cellText('askSize')(it, rowSource(values))).toBe('1.2345');
});

test('a price is whole where it stands alone, and of a pair its two parts make it', () => {
  const pair = { ...fakeEntry(0, 'EUR/USD'), assetClass: 'fx' as const, tick: { units: 1, decimals: 5 } };
  const values = columns([117_323]);
  const source = rowSource(values);
  expect(cellText('last')(pair, source)).toBe('1.17323');
  expect(cellText('untailed')(pair, source)).toBe('1.1732');
  expect(cellText('tail')(pair, source)).toBe('3');
});

test('a change too small to show has no arrow beside its percentage', () => {
  const it = { ...instrument(0, 'BTC-USD'), open: priceTicks(10_000_000) };
  expect(cellText('percentArrow')(it, rowSource(columns([9_999_900])))).toBe('');
  expect(cellText('percentArrow')(it, rowSource(columns([9_900_000])))).toBe('▼');
  expect(cellText('arrow')(it, rowSource(columns([9_999_900])))).toBe('▼');
});
