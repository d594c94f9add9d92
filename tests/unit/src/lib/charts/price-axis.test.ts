import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logPriceTicks, niceStep, priceTicks } from '../../../../../src/lib/charts/price-axis.ts';

const cents = { units: 1, decimals: 2 };
const quarters = { units: 25, decimals: 2 };
const sixtyFourths = { units: 15_625, decimals: 6 };

describe('price axis', () => {
  it('labels round prices that the instrument can have', () => {
    expect(priceTicks(6_370_027, 6_403_683, 8, cents)).toEqual([
      6_375_000, 6_380_000, 6_385_000, 6_390_000, 6_395_000, 6_400_000,
    ]);
    expect(priceTicks(23_200, 23_260, 6, quarters)).toEqual([
      23_200, 23_210, 23_220, 23_230, 23_240, 23_250, 23_260,
    ]);
  });

  it('never goes below one tick', () => {
    expect(priceTicks(100, 104, 50, cents)).toEqual([100, 101, 102, 103, 104]);
  });

  it('finds round steps for ticks of 1/64', () => {
    expect(niceStep(3, sixtyFourths)).toBe(4);
    expect(niceStep(30, sixtyFourths)).toBe(32);
  });

  it('keeps labels even, within the range and few enough, whatever the range', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 1, max: 1e8 }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(cents, quarters, sixtyFourths, { units: 5, decimals: 0 }, { units: 1, decimals: 8 }),
        (min, span, count, tick) => {
          const ticks = priceTicks(min, min + span, count, tick);
          expect(ticks.length).toBeLessThanOrEqual(count + 1);
          for (const [at, value] of ticks.entries()) {
            expect(Number.isInteger(value)).toBe(true);
            expect(value).toBeGreaterThanOrEqual(min);
            expect(value).toBeLessThanOrEqual(min + span);
            if (at > 1) expect(value - ticks[at - 1]).toBe(ticks[1] - ticks[0]);
          }
        },
      ),
    );
  });

  it('spaces labels by ratio on a wide log scale and evenly on a narrow one', () => {
    expect(logPriceTicks(100, 10_000, 6, cents)).toEqual([100, 500, 2000, 5000]);
    expect(logPriceTicks(1000, 1100, 5, cents)).toEqual(priceTicks(1000, 1100, 5, cents));
  });

  it('has no labels without a range', () => {
    expect(priceTicks(Number.NaN, Number.NaN, 5, cents)).toEqual([]);
  });
});
