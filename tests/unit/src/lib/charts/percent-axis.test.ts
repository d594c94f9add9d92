import { describe, expect, it } from 'vitest';
import { percentDecimals, percentTicks } from '../../../../../src/lib/charts/percent-axis.ts';

describe('percent axis', () => {
  it('labels round percentages with the decimals that their step needs', () => {
    expect(percentTicks(-0.011, 0.021, 5).labels).toEqual(['−1%', '0%', '+1%', '+2%']);
    expect(percentTicks(-0.001, 0.001, 4).labels).toEqual(['−0.10%', '−0.05%', '0.00%', '+0.05%', '+0.10%']);
    expect(percentTicks(0, 0.1, 4).labels).toEqual(['0.0%', '+2.5%', '+5.0%', '+7.5%', '+10.0%']);
    expect(percentTicks(0, 9, 3).labels).toEqual(['0%', '+500%']);
  });

  it('has nothing to label without a range', () => {
    expect(percentTicks(0.1, 0.1, 5)).toEqual({ ratios: [], labels: [] });
    expect(percentTicks(Number.NaN, Number.NaN, 5).labels).toEqual([]);
  });

  it('reads a crosshair finely enough to tell two pixels apart', () => {
    expect(percentDecimals(0.5)).toBe(2);
    expect(percentDecimals(0.0008)).toBe(4);
    expect(percentDecimals(0)).toBe(4);
  });
});
