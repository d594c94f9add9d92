import { describe, expect, it } from 'vitest';
import { PriceRange } from '../../../../../src/lib/charts/price-range.ts';

function fitted(low: number, high: number, log = false): PriceRange {
  const range = new PriceRange();
  range.setLog(log);
  range.place(10, 400);
  range.fit(low, high, false);
  return range;
}

describe('PriceRange', () => {
  it('leaves 8 % of room above and below', () => {
    const range = fitted(1000, 2000);
    expect(range.min).toBeCloseTo(920);
    expect(range.max).toBeCloseTo(2080);
    expect(range.y(range.max)).toBeCloseTo(10);
    expect(range.y(range.min)).toBeCloseTo(410);
    expect(range.priceAt(range.y(1234))).toBeCloseTo(1234);
  });

  it('does not jitter: prices that move within it leave it alone', () => {
    const range = fitted(1000, 2000);
    expect(range.fit(1010, 2040, false)).toBe(false);
    expect(range.fit(1100, 1900, false)).toBe(false);
    expect(range.max).toBeCloseTo(2080);
  });

  it('fits anew when a price comes to its edge, or when much room is left over', () => {
    expect(fitted(1000, 2000).fit(1000, 2079, false)).toBe(true);
    expect(fitted(1000, 2000).fit(1400, 1600, false)).toBe(true);
  });

  it('fits exactly while the viewer moves the view', () => {
    expect(fitted(1000, 2000).fit(1001, 2000, true)).toBe(true);
  });

  it('shows a price that stands still in the middle', () => {
    const range = fitted(5000, 5000);
    expect(range.y(5000)).toBeCloseTo(210);
    expect(range.fit(5000, 5000, false)).toBe(false);
  });

  it('keeps what was scaled by hand until it is cleared', () => {
    const range = fitted(1000, 2000);
    range.scaleBy(2);
    expect(range.max - range.min).toBeCloseTo(2320);
    expect(range.fit(1, 9999, true)).toBe(false);
    range.shiftBy(200);
    expect(range.min).toBeCloseTo(340 + 1160);
    range.clear();
    expect(range.fit(1000, 2000, false)).toBe(true);
    expect(range.isAuto).toBe(true);
  });

  it('puts equal ratios at equal distances on a log scale', () => {
    const range = fitted(100, 10_000, true);
    expect(range.y(100) - range.y(1000)).toBeCloseTo(range.y(1000) - range.y(10_000));
    expect(range.priceAt(range.y(777))).toBeCloseTo(777);
  });

  it('ignores a range without prices', () => {
    const range = new PriceRange();
    expect(range.fit(Number.NaN, Number.NaN, true)).toBe(false);
    expect(range.isSet).toBe(false);
  });
});
