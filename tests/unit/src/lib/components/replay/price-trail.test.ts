import { expect, test } from 'vitest';
import type { DictionaryEntry } from '#protocol';
import { PriceTrail, trailInterval } from '../../../../../../src/lib/components/replay/price-trail.ts';
import { instrument } from '../test-instruments.ts';

const HOUR = 3_600_000_000;

function setUp() {
  const asked: string[] = [];
  let closed = 0;
  let nowUs = HOUR;
  const trail = new PriceTrail(
    {
      openBars: (_, interval) => {
        asked.push(interval);
        return { loadOlder: () => undefined, ask: () => () => undefined, close: () => void (closed += 1) };
      },
    },
    () => nowUs,
  );
  return { trail, asked, closed: () => closed, moveTo: (timeUs: number) => (nowUs = timeUs) };
}

const entry: DictionaryEntry = instrument(0, 'BTC-USD');
const bars = (...closes: [startS: number, close: number][]): Float64Array =>
  Float64Array.from(closes.flatMap(([startS, close]) => [startS, 0, 0, 0, close, 1]));

test('a price is the close of the bar at that time, or of the last one before it', () => {
  const { trail } = setUp();
  trail.follow(entry, HOUR, 'tape');
  trail.onRows(bars([0, 100], [5, 101], [20, 102]));
  expect(trail.at(7_000_000)?.ticks).toBe(101);
  expect(trail.at(19_999_999)?.ticks).toBe(101);
  expect(trail.at(21_000_000)?.ticks).toBe(102);
  expect(trail.at(-1)).toBeNull();
});

test('going back forgets nothing: a bar that is told again from earlier stays as it became', () => {
  const { trail, moveTo } = setUp();
  trail.follow(entry, HOUR, 'tape');
  trail.onRows(bars([0, 100], [5, 105]));
  moveTo(7_000_000);
  trail.onRows(bars([0, 100], [5, 101]));
  expect(trail.at(8_000_000)?.ticks).toBe(105);
  moveTo(2 * HOUR);
  trail.onBar(5, 0, 0, 0, 106);
  expect(trail.at(8_000_000)?.ticks).toBe(106);
});

test('another recording knows nothing of this one, and one stream is open at a time', () => {
  const { trail, asked, closed } = setUp();
  trail.follow(entry, HOUR, 'tape');
  trail.onRows(bars([0, 100]));
  trail.follow(entry, HOUR, 'tape');
  trail.follow(entry, HOUR, 'fomc');
  expect(trail.at(1_000_000)).toBeNull();
  trail.rest();
  expect([asked, closed()]).toEqual([['5s', '5s'], 2]);
});

test('bars are as short as their number allows', () => {
  expect(trailInterval(600_000_000)).toBe('1s');
  expect(trailInterval(HOUR)).toBe('5s');
  expect(trailInterval(24 * HOUR)).toBe('1m');
  expect(trailInterval(1e18)).toBe('1d');
});
