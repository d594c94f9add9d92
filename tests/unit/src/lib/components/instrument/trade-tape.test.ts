import { expect, test } from 'vitest';
import { unixUs } from '#protocol';
import { TradeTape } from '../../../../../../src/lib/components/instrument/trade-tape.ts';
import type { Trade } from '../../../../../../src/lib/state/market.ts';

const trade = (seq: number): Trade => ({
  seq,
  venueTimeUs: unixUs(seq),
  price: 100,
  size: 1,
  aggressor: 1,
});
const shown = (tape: TradeTape) =>
  tape.rows.map((row) => ('trade' in row ? row.trade.seq : `lost ${row.lost}`));

test('the newest trade is on top, and lost ones keep their place', () => {
  const tape = new TradeTape();
  tape.onReset([trade(1), trade(2)]);
  tape.onLost(12);
  tape.onTrades([trade(15), trade(16)]);
  expect(shown(tape)).toEqual([16, 15, 'lost 12', 2, 1]);
  expect(tape.lost).toBe(12);
  tape.onReset([]);
  expect(shown(tape)).toEqual([]);
  expect(tape.lost).toBe(0);
});

test('the version rises with every change', () => {
  const tape = new TradeTape();
  const versions = [tape.version];
  tape.onTrades([trade(1)]);
  versions.push(tape.version);
  tape.onLost(1);
  versions.push(tape.version);
  tape.clear();
  versions.push(tape.version);
  expect(new Set(versions).size).toBe(4);
});

test('it stays bounded under a flood', () => {
  const tape = new TradeTape();
  for (let batch = 0; batch < 20; batch += 1) {
    tape.onTrades(Array.from({ length: 100 }, (_, at) => trade(batch * 100 + at)));
  }
  expect(tape.rows).toHaveLength(256);
  expect(shown(tape)[0]).toBe(1999);
});

const sized = (seq: number, size: number, more: Partial<Trade> = {}): Trade => ({
  ...trade(seq),
  size,
  ...more,
});
const sizes = (tape: TradeTape) => tape.rows.map((row) => ('trade' in row ? row.trade.size : -row.lost));

test('a filter leaves out small trades, finds older ones in their place, and never hides a loss', () => {
  const tape = new TradeTape();
  tape.onReset(Array.from({ length: 1_000 }, (_, at) => sized(at, at % 100 === 0 ? 50 : 1)));
  tape.onLost(3);
  tape.minLots = 50;
  expect(sizes(tape)).toEqual([-3, ...Array.from({ length: 10 }, () => 50)]);
  tape.minLots = 0;
  expect(tape.rows).toHaveLength(256);
  tape.minLots = 50;
  tape.clear();
  expect(tape.minLots).toBe(0);
});

test('prints of one order add up: one price, one side, close in time', () => {
  const tape = new TradeTape();
  tape.isSummed = true;
  tape.onReset([
    sized(1, 2, { venueTimeUs: unixUs(1_000_000) }),
    sized(2, 3, { venueTimeUs: unixUs(1_050_000) }),
    sized(3, 4, { venueTimeUs: unixUs(1_060_000), aggressor: 2 }),
    sized(4, 5, { venueTimeUs: unixUs(1_400_000), aggressor: 2 }),
    sized(5, 6, { venueTimeUs: unixUs(1_400_000), aggressor: 2, price: 101 }),
  ]);
  expect(sizes(tape)).toEqual([6, 5, 4, 5]);
  expect(tape.rows.map((row) => ('trade' in row ? row.prints : 0))).toEqual([1, 1, 1, 2]);
  tape.minLots = 5;
  expect(sizes(tape)).toEqual([6, 5, 5]);
});

test('a print is big from ten times the median on, once there are enough to tell', () => {
  const tape = new TradeTape();
  tape.onReset([sized(1, 1), sized(2, 1_000)]);
  expect(tape.rows.some((row) => 'trade' in row && row.isBig)).toBe(false);
  tape.onReset([...Array.from({ length: 40 }, (_, at) => sized(at, 5)), sized(41, 50), sized(42, 49)]);
  expect(tape.rows.slice(0, 3).map((row) => 'trade' in row && row.isBig)).toEqual([false, true, false]);
});
