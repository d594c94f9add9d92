import { describe, expect, it } from 'vitest';
import { TopSide } from '../../../../../server/feeds/binance/top-side.ts';
import { SeededRandom } from '../../../../support/seeded-random.ts';

describe('the best level of a side', () => {
  it.each([
    ['bids', -1],
    ['asks', 1],
  ] as const)('of %s is the one that a sorted side has, after any changes', (_, direction) => {
    const random = new SeededRandom(7);
    const side = new TopSide(direction);
    const plain = new Map<number, number>();
    for (let round = 0; round < 3_000; round += 1) {
      const rows = Array.from({ length: random.below(4) }, () => [
        random.below(20) * (random.below(5) === 0 ? 1_000 : 1),
        random.below(3),
      ]).flat();
      side.change(rows);
      for (let at = 0; at < rows.length; at += 2) {
        if (rows[at + 1] === 0) plain.delete(rows[at]!);
        else plain.set(rows[at]!, rows[at + 1]!);
      }
      if (random.below(3) > 0) continue;
      const best = [...plain.keys()].sort((a, b) => (a - b) * direction)[0] ?? Number.NaN;
      expect([side.price, side.size]).toEqual([best, plain.get(best) ?? Number.NaN]);
    }
  });

  it('is found behind a gap of any width', () => {
    const side = new TopSide(1);
    side.replace([100, 1, 5_000_000, 2]);
    side.change([100, 0]);
    expect([side.price, side.size]).toEqual([5_000_000, 2]);
    side.change([5_000_000, 0]);
    expect([side.price, side.size]).toEqual([Number.NaN, Number.NaN]);
  });

  it('is written in finer units', () => {
    const side = new TopSide(-1);
    side.replace([10, 3, 9, 4]);
    side.rescale(100, 10);
    side.change([1_000, 0]);
    expect([side.price, side.size]).toEqual([900, 40]);
  });
});
