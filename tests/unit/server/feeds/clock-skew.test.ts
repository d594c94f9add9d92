import { describe, expect, it } from 'vitest';
import { ClockSkew } from '../../../../server/feeds/clock-skew.ts';

describe('the difference of two clocks', () => {
  it('is unknown before anything came', () => {
    expect(new ClockSkew().ms).toBeNull();
  });

  it('is the median of a minute: a burst that came late does not move it', () => {
    const skew = new ClockSkew();
    for (let second = 0; second < 50; second += 1) skew.add(-1_250);
    for (let second = 0; second < 10; second += 1) skew.add(9_000);
    expect(skew.ms).toBe(-1_250);
  });

  it('follows a clock that was set, within a minute', () => {
    const skew = new ClockSkew();
    for (let second = 0; second < 600; second += 1) skew.add(-1_250);
    for (let second = 0; second < 31; second += 1) skew.add(20);
    expect(skew.ms).toBe(20);
  });
});
