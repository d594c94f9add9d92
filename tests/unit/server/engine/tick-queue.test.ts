import { describe, expect, it } from 'vitest';
import type { Lane } from '../../../../server/engine/lane.ts';
import { TickQueue } from '../../../../server/engine/tick-queue.ts';

const MS = 1_000;

/** A lane of so many members, each of which takes one of the limit. */
function laneOf(members: number): Lane {
  let left = members;
  const proceed = (limit: number): number => {
    const served = Math.min(left, limit);
    left -= served;
    return left > 0 ? 0 : limit - served;
  };
  return { proceed } as Lane;
}

describe('the queue of ticks', () => {
  it('serves what is due longest, of one grid point the fastest, and a faster rate in the midst of a slower one', () => {
    const queue = new TickQueue();
    queue.at(0);
    queue.add(1, 0);
    queue.add(10, 0);
    queue.add(5, -50 * MS);
    expect(queue.next()).toBe(5);
    queue.begin(5, [laneOf(20)]);
    expect(queue.proceed(8)).toBe(0);
    expect(queue.next()).toBe(10);
    queue.begin(10, [laneOf(4)]);
    expect(queue.next()).toBeNull();
    expect(queue.proceed(8)).toBe(4);
    expect(queue.end()).toBe(10);
    expect(queue.proceed(20)).toBe(8);
    expect([queue.end(), queue.next(), queue.isIdle]).toEqual([5, 1, true]);
  });

  it('lets a slower one come in between where the faster one takes long and several times as long', () => {
    const queue = new TickQueue();
    const took = (rateHz: number, us: number, fromUs: number): void => {
      queue.at(fromUs);
      queue.add(rateHz, fromUs);
      expect(queue.next()).toBe(rateHz);
      queue.begin(rateHz, [laneOf(1)]);
      queue.at(fromUs + us);
      expect(queue.proceed(2)).toBe(1);
      expect(queue.end()).toBe(rateHz);
    };
    took(10, 6 * MS, 0);
    took(5, 30 * MS, 10 * MS);
    queue.add(60, 100 * MS);
    queue.at(100 * MS);
    expect(queue.next()).toBe(60);
    queue.begin(60, [laneOf(100)]);
    queue.add(10, 101 * MS);
    queue.add(5, 101 * MS);
    queue.at(119 * MS);
    expect(queue.next()).toBeNull();
    queue.at(124 * MS);
    // That of 5 Hz took 30 ms, more than a quarter of the 24 ms so far.
    expect(queue.next()).toBe(10);
    queue.begin(10, [laneOf(1)]);
    expect(queue.servedHz).toBe(60);
    queue.at(130 * MS);
    expect(queue.proceed(2)).toBe(1);
    expect(queue.end()).toBe(10);
    // Patience begins anew: the faster one goes on for a while whatever waits.
    queue.add(10, 131 * MS);
    queue.at(149 * MS);
    expect(queue.next()).toBeNull();
    queue.at(151 * MS);
    expect(queue.next()).toBe(10);
    queue.begin(10, [laneOf(1)]);
    queue.proceed(2);
    queue.end();
    queue.at(230 * MS);
    expect(queue.next()).toBe(5);
  });
});
