import { describe, expect, it } from 'vitest';
import { LifeWatch, LOOK_MS } from '../../../../../server/feeds/venue/life-watch.ts';

const MS = 1_000;
const FACTS = { silenceMaxMs: 3_000, heartbeatMs: 1_000, lifeSign: 'heartbeat' } as const;

describe('the life of a connection', () => {
  it('is late when two signs are missing, one look early, and over after the time that the venue states', () => {
    const life = new LifeWatch(FACTS, 0);
    expect([life.isLate((2_000 - LOOK_MS - 1) * MS), life.isLate((2_000 - LOOK_MS) * MS)]).toEqual([
      false,
      true,
    ]);
    expect([life.isSilent(2_999 * MS), life.isSilent(3_000 * MS)]).toEqual([false, true]);
    expect(life.sentence(3_000 * MS)).toBe('No heartbeat came for 3.0 s.');
  });

  it('is proved by the sign of the venue alone: data without heartbeats are none', () => {
    const life = new LifeWatch(FACTS, 0);
    life.on('frame', 2_500 * MS);
    life.on('ping', 2_500 * MS);
    expect(life.isSilent(3_000 * MS)).toBe(true);
    life.on('heartbeat', 2_900 * MS);
    expect([life.isSilent(3_000 * MS), life.lastUs]).toEqual([false, 2_900 * MS]);
  });

  it('takes a third of the silence for the interval where no interval is stated', () => {
    const life = new LifeWatch({ silenceMaxMs: 60_000, lifeSign: 'ping' }, 0);
    expect([life.isLate(39_000 * MS), life.isLate(40_000 * MS)]).toEqual([false, true]);
  });

  it('forgives the time in which this machine slept, and no more', () => {
    const life = new LifeWatch(FACTS, 0);
    life.forgive(10_000 * MS, 10_500 * MS);
    expect(life.isSilent(10_500 * MS)).toBe(false);
    life.forgive(10_000 * MS, 11_000 * MS);
    expect(life.lastUs).toBe(11_000 * MS);
  });
});
