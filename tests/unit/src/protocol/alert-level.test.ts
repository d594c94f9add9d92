import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isShareAtLeast, stepsAround } from '#protocol';

describe('the steps around a decimal', () => {
  it.each([
    ['100', { units: 1, decimals: 2 }, 10_000, 10_000],
    ['100.005', { units: 1, decimals: 2 }, 10_000, 10_001],
    ['-0.3', { units: 25, decimals: 2 }, -2, -1],
    ['7', { units: 5, decimals: 0 }, 1, 2],
    ['0', { units: 25, decimals: 2 }, 0, 0],
  ])('of %s in %j', (text, tick, floor, ceil) => {
    expect(stepsAround(text, tick)).toEqual({ floor, ceil });
  });

  it('are none for what is no decimal, and beyond 2^53', () => {
    for (const text of ['', 'x', '1,5', 'NaN', '90071992547409920'])
      expect(stepsAround(text, { units: 1, decimals: 2 })).toBeNull();
  });

  it('hold any decimal between them, and are one where it lies on a step', () => {
    const property = fc.property(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 0, max: 4 }),
      (thousandths, units, decimals) => {
        const { floor, ceil } = stepsAround((thousandths / 1000).toFixed(3), { units, decimals })!;
        const scaled = BigInt(thousandths) * 10n ** BigInt(decimals);
        const step = BigInt(units) * 1000n;
        expect(BigInt(floor) * step <= scaled && scaled <= BigInt(ceil) * step).toBe(true);
        expect(ceil - floor).toBe(scaled % step === 0n ? 0 : 1);
      },
    );
    fc.assert(property);
  });
});

describe('a share', () => {
  it('is compared exactly, also beyond 2^53', () => {
    expect(isShareAtLeast(2, 100, { mantissa: 2, decimals: 0 }, 100)).toBe(true);
    expect(isShareAtLeast(1, 3, { mantissa: 333_334, decimals: 6 }, 1)).toBe(false);
    const whole = 9_007_199_254_740_881;
    expect(isShareAtLeast(whole, whole, { mantissa: 1, decimals: 0 }, 1)).toBe(true);
    expect(isShareAtLeast(whole - 1, whole, { mantissa: 1, decimals: 0 }, 1)).toBe(false);
  });
});
