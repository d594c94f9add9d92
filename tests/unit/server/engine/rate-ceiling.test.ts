import { describe, expect, it } from 'vitest';
import { RateCeiling } from '../../../../server/engine/rate-ceiling.ts';

const MS = 1_000;

/** Ticks at the rate that is served, each so late, for so long. */
function run(ceiling: RateCeiling, fromMs: number, forMs: number, lateMs: number, rateHz = 60): number[] {
  const changes: number[] = [];
  for (let ms = fromMs; ms < fromMs + forMs; ms += 1000 / Math.min(rateHz, ceiling.hz)) {
    if (ceiling.onTick(ms * MS, lateMs, Math.min(rateHz, ceiling.hz))) changes.push(ceiling.hz);
  }
  return changes;
}

describe('RateCeiling', () => {
  it('steps down through the classes while ticks end more than a period late, and no further than makes sense', () => {
    const ceiling = new RateCeiling();
    expect(run(ceiling, 0, 60_000, 10_000)).toEqual([30, 20, 10, 5, 2]);
  });

  it('stops where the process keeps up', () => {
    const ceiling = new RateCeiling();
    expect(run(ceiling, 0, 4_000, 40)).toEqual([30, 20]);
  });

  it('takes one pause, however many rates it delays, for no overload', () => {
    const ceiling = new RateCeiling();
    for (const rateHz of [60, 30, 20, 10, 5]) expect(ceiling.onTick(400 * MS, 400, rateHz)).toBe(false);
    expect(run(ceiling, 1_000, 10_000, 1)).toEqual([]);
  });

  it('climbs back a class every five calm seconds', () => {
    const ceiling = new RateCeiling();
    run(ceiling, 0, 1_000, 40);
    expect(ceiling.hz).toBe(20);
    expect(run(ceiling, 1_000, 5_000, 1)).toEqual([30]);
    expect(run(ceiling, 6_000, 6_000, 1)).toEqual([60]);
  });

  it('waits longer and longer when a climb ends in a relapse', () => {
    const ceiling = new RateCeiling();
    let ms = 0;
    const waits: number[] = [];
    for (let relapse = 0; relapse < 6; relapse += 1) {
      while (!ceiling.onTick(ms * MS, 1_000, ceiling.hz)) ms += 110;
      const from = ms;
      while (!ceiling.onTick(ms * MS, 0, ceiling.hz)) ms += 110;
      waits.push(Math.round((ms - from) / 5_000));
    }
    expect(waits).toEqual([1, 2, 4, 8, 12, 12]);
  });
});
