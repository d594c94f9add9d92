import { describe, expect, test } from 'vitest';
import { unixUs } from '#protocol';
import { HeldBars, HeldBook, HeldTrades } from '../../../../../src/lib/components/held-streams.ts';
import type { Trade } from '../../../../../src/lib/state/market.ts';

const trade = (seq: number): Trade => ({ seq, venueTimeUs: unixUs(seq), price: 1, size: 1, aggressor: 0 });

function bars(isPaused = false) {
  const seen: string[] = [];
  const held = new HeldBars(
    {
      onRows: (rows) => seen.push(`rows ${rows.length}`),
      onOlder: (rows) => seen.push(`older ${rows.length}`),
      onBar: (startS, _open, _high, _low, close) => seen.push(`bar ${startS} ${close}`),
    },
    isPaused,
  );
  return { held, seen };
}

function trades(isPaused = false) {
  const seen: string[] = [];
  const held = new HeldTrades(
    {
      onReset: (list) => seen.push(`reset ${list.length} to ${list.at(-1)?.seq}`),
      onTrades: (list) => seen.push(`trades ${list.map((it) => it.seq).join(' ')}`),
      onLost: (count) => seen.push(`lost ${count}`),
    },
    isPaused,
  );
  return { held, seen };
}

describe('while a view is paused', () => {
  test('a bar that changes is handed on once, as it is at the end', () => {
    const { held, seen } = bars();
    held.onBar(60, 1, 1, 1, 1, 1);
    held.hold();
    held.onBar(60, 1, 2, 1, 2, 2);
    held.onBar(60, 1, 3, 1, 3, 3);
    held.onBar(120, 3, 3, 3, 3, 1);
    expect(seen).toEqual(['bar 60 1']);
    held.release();
    expect(seen).toEqual(['bar 60 1', 'bar 60 3', 'bar 120 3']);
  });

  test('looking back works, until a new series waits', () => {
    const { held, seen } = bars();
    held.hold();
    held.onOlder(new Float64Array(6), true);
    expect(seen).toEqual(['older 6']);
    held.onBar(60, 1, 1, 1, 1, 1);
    held.onRows(new Float64Array(12), true);
    held.onOlder(new Float64Array(18), false);
    held.release();
    expect(seen).toEqual(['older 6', 'rows 12', 'older 18']);
  });

  test('trades and the losses between them come later, in their order', () => {
    const { held, seen } = trades();
    held.hold();
    held.onTrades([trade(1), trade(2)]);
    held.onLost(3);
    held.onTrades([trade(6)]);
    expect(seen).toEqual([]);
    held.release();
    expect(seen).toEqual(['trades 1 2', 'lost 3', 'trades 6']);
  });

  test('more trades than a tape can show start it anew, with the newest', () => {
    const { held, seen } = trades();
    held.hold();
    held.onTrades(Array.from({ length: 2000 }, (_, at) => trade(at + 1)));
    held.release();
    expect(seen).toEqual(['reset 512 to 2000']);
    held.onTrades([trade(2001)]);
    expect(seen.at(-1)).toBe('trades 2001');
  });

  test('of the books only the newest counts', () => {
    const seen: number[] = [];
    const held = new HeldBook({ onBook: (bids) => seen.push(bids[0]!) });
    held.hold();
    held.onBook([1, 1], []);
    held.onBook([2, 1], []);
    held.release();
    held.release();
    expect(seen).toEqual([2]);
  });
});

describe('what is opened while a view is paused', () => {
  test('shows the bars that it begins with, and those after them at the end', () => {
    const { held, seen } = bars(true);
    held.onRows(new Float64Array(12), true);
    held.onBar(60, 1, 1, 1, 1, 1);
    held.onOlder(new Float64Array(6), true);
    expect(seen).toEqual(['rows 12', 'older 6']);
    held.release();
    expect(seen).toEqual(['rows 12', 'older 6', 'bar 60 1']);
    held.hold();
    held.onRows(new Float64Array(18), true);
    expect(seen).toHaveLength(3);
  });

  test('shows the trades that it begins with, not the nothing of before, and none twice', () => {
    const { held, seen } = trades(true);
    held.onReset([]);
    held.onTrades([trade(1)]);
    held.onReset([trade(1), trade(2)]);
    held.onTrades([trade(3)]);
    expect(seen).toEqual(['reset 0 to undefined', 'reset 2 to 2']);
    held.release();
    expect(seen.at(-1)).toBe('trades 3');
  });

  test('shows its first book, and not the next', () => {
    const seen: number[] = [];
    const held = new HeldBook({ onBook: (bids) => seen.push(bids[0] ?? 0) }, true);
    held.onBook([], []);
    held.onBook([1, 1], []);
    held.onBook([2, 1], []);
    expect(seen).toEqual([0, 1]);
    held.release();
    expect(seen).toEqual([0, 1, 2]);
  });
});
