import { InvariantError } from '#protocol';
import { describe, expect, it } from 'vitest';
import { AliasSampler } from '../../../../../server/feeds/simulated/alias-sampler.ts';
import { Sfc32 } from '../../../../../server/feeds/simulated/random.ts';

describe('AliasSampler', () => {
  it('draws values in proportion to their weights', () => {
    const sampler = new AliasSampler([10, 20, 30, 40], [1, 2, 3, 10]);
    const random = new Sfc32(1, 1);
    const counts = new Map<number, number>();
    for (let draw = 0; draw < 160_000; draw += 1) {
      const value = sampler.draw(random);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const shares = [10, 20, 30, 40].map((value) => (counts.get(value) ?? 0) / 160_000);
    [1 / 16, 2 / 16, 3 / 16, 10 / 16].forEach((share, index) => expect(shares[index]).toBeCloseTo(share, 2));
  });

  it('always draws the only value there is', () => {
    const sampler = new AliasSampler([7], [0.3]);
    const random = new Sfc32(1, 1);
    expect(Array.from({ length: 20 }, () => sampler.draw(random))).toEqual(
      Array.from({ length: 20 }, () => 7),
    );
  });

  it('refuses to be built without values', () => {
    expect(() => new AliasSampler([], [])).toThrow(InvariantError);
  });
});
