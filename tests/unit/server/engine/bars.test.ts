import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireBar } from '#protocol';
import { Bars, INTERVALS_S } from '../../../../server/engine/bars.ts';

const T0 = 1_700_000_000;
const S = 1_000_000;

function newBars(): { bars: Bars; changes: [number, number, number][] } {
  const changes: [number, number, number][] = [];
  return { bars: new Bars((index, id, startS) => changes.push([INTERVALS_S[index]!, id, startS])), changes };
}

const all = (bars: Bars, intervalS: number, id = 0): WireBar[] =>
  bars.range(intervalS, id, 0, Infinity, 10_000);

describe('Bars', () => {
  it('takes one trade into every interval and tells each change', () => {
    const { bars, changes } = newBars();
    expect(bars.trade(2, (T0 + 59.9) * S, 100, 5, 1)).toBe(0);
    expect(changes).toEqual(INTERVALS_S.map((interval) => [interval, 2, T0 + 59 - ((T0 + 59) % interval)]));
    expect(all(bars, 60, 2)).toMatchObject([{ open: 100, volume: 5 }]);
    expect(all(bars, 60, 0)).toEqual([]);
    expect(all(bars, 7)).toEqual([]);
  });

  it('[BA3] equals the bars of the same trades taken one by one, whatever their order within reach', () => {
    const trades = fc.array(
      fc.record({ ms: fc.nat(400_000), price: fc.integer({ min: -50, max: 50 }), size: fc.nat(9) }),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(trades, (list) => {
        const { bars } = newBars();
        const expected = new Map<number, WireBar>();
        let oldest = Infinity;
        for (const { ms, price, size } of list) {
          const timeUs = T0 * S + ms * 1_000;
          bars.trade(0, timeUs, price, size, 1);
          const startS = Math.floor(timeUs / S / 60) * 60;
          const bar = expected.get(startS);
          if (bar !== undefined) {
            bar.high = Math.max(bar.high, price);
            bar.low = Math.min(bar.low, price);
            bar.close = price;
            bar.volume += size;
          } else if (oldest === Infinity || startS > oldest) {
            oldest = Math.min(oldest, startS);
            expected.set(startS, {
              startS,
              open: price,
              high: price,
              low: price,
              close: price,
              volume: size,
            });
          }
        }
        const rising = [...expected.values()].sort((a, b) => a.startS - b.startS);
        expect(all(bars, 60)).toEqual(rising);
      }),
      { seed: 2 },
    );
  });

  it('says in how many intervals a trade came too late', () => {
    const { bars } = newBars();
    bars.trade(0, (T0 + 3_600) * S, 1, 1, 1);
    const tooLate = bars.trade(0, (T0 + 3_599) * S, 9, 1, 1);
    expect(tooLate).toBeGreaterThan(0);
    expect(all(bars, 1)).toHaveLength(1);
    expect(all(bars, 86_400)).toMatchObject([{ high: 9, volume: 2 }]);
  });

  it('hands out the newest of a range, oldest first', () => {
    const { bars } = newBars();
    for (let second = 0; second < 100; second += 1) bars.trade(0, (T0 + second) * S, second, 1, 1);
    const closes = (from: number, before: number, max: number): number[] =>
      bars.range(1, 0, T0 + from, T0 + before, max).map((bar) => bar.close);
    expect(closes(10, 13, 50)).toEqual([10, 11, 12]);
    expect(closes(0, 100, 2)).toEqual([98, 99]);
    expect(closes(200, 300, 5)).toEqual([]);
  });

  it('bounds its memory by the number of instruments', () => {
    const { bars } = newBars();
    bars.plan(1_000_000);
    for (let second = 0; second < 200; second += 1) bars.trade(0, (T0 + second) * S, 1, 1, 1);
    expect(all(bars, 1)).toHaveLength(60);
    bars.plan(1);
    for (let second = 0; second < 5_000; second += 1) bars.trade(1, (T0 + second) * S, 1, 1, 1);
    expect(all(bars, 1, 1)).toHaveLength(3_600);
    // Who was there before the others gives room too.
    bars.plan(1_000_000);
    for (const id of [0, 1]) bars.trade(id, (T0 + 6_000) * S, 1, 1, 1);
    expect([all(bars, 1, 0).length, all(bars, 1, 1).length]).toEqual([60, 60]);
  });

  it('puts the part from before the first trade in front of a bar', () => {
    const { bars, changes } = newBars();
    const startS = T0 - (T0 % 60);
    bars.trade(0, (startS + 30) * S, 50, 2, 5);
    changes.length = 0;
    bars.mergeOlder(0, 60, { startS, open: 40, high: 60, low: 39, close: 45, volume: 10 }, 6);
    expect(all(bars, 60)).toEqual([{ startS, open: 40, high: 60, low: 39, close: 50, volume: 12 }]);
    expect(changes).toEqual([[60, 0, startS]]);
    expect(bars.startOfChangeAfter(60, 0, 5)).toBe(startS);
  });

  it('takes an older part as it is where no trade was seen, and leaves newer bars alone', () => {
    const { bars } = newBars();
    const startS = T0 - (T0 % 60);
    const older = { startS, open: 1, high: 2, low: 0, close: 1, volume: 3 };
    bars.mergeOlder(0, 60, older, 1);
    expect(all(bars, 60)).toEqual([older]);
    bars.trade(1, (startS + 120) * S, 7, 1, 1);
    bars.mergeOlder(1, 60, older, 2);
    expect(all(bars, 60, 1)).toMatchObject([{ startS: startS + 120 }]);
    bars.mergeOlder(1, 61, older, 2);
  });

  it('keeps whole bars of its own intervals only', () => {
    const { bars } = newBars();
    const bar = { startS: T0 - (T0 % 60), open: 1, high: 1, low: 1, close: 1, volume: 0 };
    expect([bars.put(0, 60, bar, 1), bars.put(0, 61, bar, 1)]).toEqual([true, false]);
  });

  it('forgets one instrument or all', () => {
    const { bars } = newBars();
    for (const id of [0, 1]) bars.trade(id, T0 * S, 1, 1, 1);
    bars.forget(0);
    expect([all(bars, 60, 0).length, all(bars, 60, 1).length]).toEqual([0, 1]);
    bars.clear();
    expect(all(bars, 60, 1)).toEqual([]);
  });
});
