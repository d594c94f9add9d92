import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireBar } from '#protocol';
import { Bars, INTERVALS_S } from '../../../../server/engine/bars.ts';

const T0_S = 1_700_000_000;
const US = 1_000_000;
/** `plan` for this many instruments leaves the fewest bars an interval that there are. */
const CROWD = 1_000_000;
const CAP = 60;

interface PlainBar extends WireBar {
  version: number;
}

type Change = [intervalIndex: number, id: number, startS: number];

/** The same in the plainest way: an array of bars for each instrument and interval, every trade taken into each at once. */
class PlainBars {
  readonly changes: Change[] = [];
  readonly #bars = new Map<string, PlainBar[]>();

  trade(id: number, timeUs: number, price: number, size: number, version: number): number {
    let tooLate = 0;
    for (const intervalS of INTERVALS_S) {
      const startS = Math.floor(timeUs / US / intervalS) * intervalS;
      const held = this.of(intervalS, id).find((bar) => bar.startS === startS);
      const made = {
        startS,
        open: held?.open ?? price,
        high: Math.max(held?.high ?? price, price),
        low: Math.min(held?.low ?? price, price),
        close: price,
        volume: (held?.volume ?? 0) + size,
      };
      if (held === undefined && this.#begin(id, intervalS, made, version)) continue;
      if (!this.put(id, intervalS, made, version)) tooLate += 1;
    }
    return tooLate;
  }

  put(id: number, intervalS: number, bar: WireBar, version: number): boolean {
    const bars = this.of(intervalS, id);
    const at = bars.findIndex(({ startS }) => startS === bar.startS);
    if (at < 0 && bars.some(({ startS }) => startS > bar.startS)) return false;
    bars[at < 0 ? bars.length : at] = { ...bar, version };
    if (bars.length > CAP) bars.shift();
    this.changes.push([INTERVALS_S.indexOf(intervalS), id, bar.startS]);
    return true;
  }

  /** A bar between others, which a late trade is the first of. */
  #begin(id: number, intervalS: number, bar: WireBar, version: number): boolean {
    const bars = this.of(intervalS, id);
    const at = bars.findIndex(({ startS }) => startS > bar.startS);
    if (at <= 0) return false;
    bars.splice(at, 0, { ...bar, version });
    if (bars.length > CAP) bars.shift();
    this.changes.push([INTERVALS_S.indexOf(intervalS), id, bar.startS]);
    return true;
  }

  rescale(id: number, price: number, volume: number, version: number): void {
    for (const [index, intervalS] of INTERVALS_S.entries()) {
      const bars = this.of(intervalS, id);
      for (const bar of bars) {
        bar.open *= price;
        bar.high *= price;
        bar.low *= price;
        bar.close *= price;
        bar.volume *= volume;
        bar.version = version;
      }
      if (bars.length > 0) this.changes.push([index, id, bars[0]!.startS]);
    }
  }

  restamp(version: number): void {
    for (const bars of this.#bars.values()) for (const bar of bars) bar.version = version;
  }

  forget(id: number): void {
    for (const intervalS of INTERVALS_S) this.of(intervalS, id).length = 0;
  }

  startOfChangeAfter(intervalS: number, id: number, version: number): number {
    return this.of(intervalS, id).find((bar) => bar.version > version)?.startS ?? -1;
  }

  of(intervalS: number, id: number): PlainBar[] {
    const key = `${intervalS} ${id}`;
    if (!this.#bars.has(key)) this.#bars.set(key, []);
    return this.#bars.get(key)!;
  }
}

const id = fc.nat(1);
const price = fc.integer({ min: -50, max: 50 });
/** Most trades fall into the second of the one before; some are late, some a minute or a day on. */
const stepUs = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 300_000 }) },
  { weight: 3, arbitrary: fc.integer({ min: -3 * US, max: 3 * US }) },
  { weight: 2, arbitrary: fc.integer({ min: -400 * US, max: 400 * US }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 90_000 * US }) },
);
const operation = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({ type: fc.constant('trade' as const), id, stepUs, price, size: fc.nat(9) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('put' as const),
      id,
      intervalS: fc.constantFrom(...INTERVALS_S),
      bars: fc.integer({ min: -2, max: 2 }),
      price,
      size: fc.nat(9),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('look' as const), id }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('rescale' as const), id }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('restamp' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('forget' as const), id }) },
);

const withoutVersion = ({ startS, open, high, low, close, volume }: PlainBar): WireBar => ({
  startS,
  open,
  high,
  low,
  close,
  volume,
});

describe('Bars', () => {
  it('equals arrays of bars into which every trade is taken at once, whatever comes in between', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120 }), (operations) => {
        const changes: Change[] = [];
        const bars = new Bars((index, of, startS) => changes.push([index, of, startS]));
        bars.plan(CROWD);
        const plain = new PlainBars();
        let timeUs = T0_S * US;
        const agree = (of: number): void => {
          for (const intervalS of INTERVALS_S) {
            expect(bars.range(intervalS, of, 0, Infinity, 999)).toEqual(
              plain.of(intervalS, of).map(withoutVersion),
            );
          }
        };
        for (const [index, one] of operations.entries()) {
          const version = index + 1;
          if (one.type === 'trade') {
            timeUs += one.stepUs;
            const trade = [one.id, timeUs, one.price, one.size, version] as const;
            expect(bars.trade(...trade)).toBe(plain.trade(...trade));
          } else if (one.type === 'put') {
            const startS = (Math.floor(timeUs / US / one.intervalS) + one.bars) * one.intervalS;
            const { price: close, size: volume } = one;
            const bar = { startS, open: close + 1, high: close + 2, low: close - 1, close, volume };
            const expected = plain.put(one.id, one.intervalS, bar, version);
            expect(bars.put(one.id, one.intervalS, bar, version)).toBe(expected);
          } else if (one.type === 'look') {
            agree(one.id);
          } else if (one.type === 'rescale') {
            bars.rescale(one.id, 10, 100, version);
            plain.rescale(one.id, 10, 100, version);
          } else if (one.type === 'restamp') {
            bars.restamp(version);
            plain.restamp(version);
          } else {
            bars.forget(one.id);
            plain.forget(one.id);
          }
        }
        expect(changes).toEqual(plain.changes);
        for (const intervalS of INTERVALS_S) {
          for (const version of [0, operations.length >> 1, operations.length - 1]) {
            const start = plain.startOfChangeAfter(intervalS, 0, version);
            expect(bars.startOfChangeAfter(intervalS, 0, version)).toBe(start);
          }
        }
        agree(0);
        agree(1);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it('equals them over enough seconds for the oldest bars to leave', () => {
    const bars = new Bars(() => undefined);
    bars.plan(CROWD);
    const plain = new PlainBars();
    for (let index = 0; index < 2_000; index += 1) {
      const late = index % 7 === 0 ? 2 * US : index % 31 === 0 ? 70 * US : 0;
      const trade = [0, T0_S * US + index * 130_000 - late, (index * 37) % 101, index % 5, index] as const;
      expect(bars.trade(...trade)).toBe(plain.trade(...trade));
    }
    for (const intervalS of INTERVALS_S) {
      expect(bars.range(intervalS, 0, 0, Infinity, 999)).toEqual(plain.of(intervalS, 0).map(withoutVersion));
    }
  });
});
