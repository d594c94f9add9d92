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
