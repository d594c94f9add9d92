import { describe, expect, it } from 'vitest';
import { BackOff } from '../../../../../server/feeds/venue/back-off.ts';
import { SeededRandom } from '../../../../support/seeded-random.ts';

const pauses = (backOff: BackOff, count: number): number[] =>
  Array.from({ length: count }, () => backOff.next());

describe('pauses between attempts', () => {
  it('have limits that double up to a cap, and begin anew after a success', () => {
    const backOff = new BackOff(1_000, 30_000, () => 1);
    expect(pauses(backOff, 7)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(backOff.failures).toBe(7);
    backOff.reset();
    expect(backOff.next()).toBe(1_000);
  });

  it('lie anywhere below their limit, so that many who lost one venue do not come back together', () => {
    const random = new SeededRandom(7);
    const backOff = new BackOff(1_000, 8_000, () => random.next());
    const late = pauses(backOff, 400).slice(3);
    expect(Math.max(...late)).toBeLessThanOrEqual(8_000);
    const quarters = [0, 1, 2, 3].map((at) => late.filter((ms) => Math.floor(ms / 2_000) === at).length);
    for (const count of quarters) expect(count).toBeGreaterThan(60);
  });

  it('are never none: a venue that refuses at once is not asked in a tight loop', () => {
    expect(pauses(new BackOff(1_000, 30_000, () => 0), 3)).toEqual([100, 100, 100]);
  });
});
