import { describe, expect, it } from 'vitest';
import { RATE_CLASSES_HZ } from '#protocol';
import { Pacing } from '../../../../server/engine/pacing.ts';
import type { Clock } from '../../../../server/engine/ports.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { SeededRandom } from '../../../support/seeded-random.ts';

/** A clock whose timers come late by up to some ms, as those of a busy process do. */
function lateClock(clock: ManualClock, lateMsMax: number): Clock {
  const random = new SeededRandom(5);
  return {
    nowUs: () => clock.nowUs(),
    after: (delayMs, run) => clock.after(delayMs + random.next() * lateMsMax, run),
    every: (periodMs, run) => clock.every(periodMs, run),
    soon: (run) => clock.soon(run),
  };
}

function count(clock: ManualClock, of: Clock, rates: readonly number[], ms: number): Map<number, number[]> {
  const start = clock.nowUs();
  const times = new Map<number, number[]>(rates.map((rate) => [rate, []]));
  const pacing = new Pacing(of, ({ rateHz }) => times.get(rateHz)!.push((clock.nowUs() - start) / 1000));
  pacing.serve(new Set(rates));
  clock.advance(ms);
  pacing.close();
  return times;
}

describe('Pacing', () => {
  it.each(RATE_CLASSES_HZ)('[SU7] serves %d Hz within 5 %% over ten seconds', (rate) => {
    const clock = new ManualClock();
    const ticks = count(clock, clock, RATE_CLASSES_HZ, 10_000).get(rate)!.length;
    expect(Math.abs(ticks - rate * 10)).toBeLessThanOrEqual(rate * 10 * 0.05);
  });

  it.each([1, 10, 60])('keeps the grid of %d Hz though every timer is late', (rate) => {
    const clock = new ManualClock();
    const lateMsMax = 1000 / rate / 2;
    const times = count(clock, lateClock(clock, lateMsMax), [rate], 10_000).get(rate)!;
    expect(times).toHaveLength(rate * 10 - (times.length < rate * 10 ? 1 : 0));
    for (const [index, time] of times.entries()) {
      const dueMs = ((index + 1) * 1000) / rate;
      expect(time).toBeGreaterThanOrEqual(dueMs - 0.01);
      expect(time).toBeLessThanOrEqual(dueMs + lateMsMax + 0.01);
    }
  });

  it('serves once after a stall, and counts the grid points that were missed', () => {
    const clock = new ManualClock();
    const served: number[] = [];
    const pacing = new Pacing(clock, () => served.push(clock.nowUs()));
    pacing.serve(new Set([10]));
    clock.stall(1_050);
    expect(served).toHaveLength(1);
    expect(pacing.skippedTicks).toBe(9);
    clock.advance(50);
    expect(served).toHaveLength(2);
    pacing.close();
  });

  it('frees the timers of rates that nobody uses any more', () => {
    const clock = new ManualClock();
    const pacing = new Pacing(clock, () => {});
    pacing.serve(new Set([1, 10, 60]));
    expect(clock.pendingTimers).toBe(3);
    pacing.serve(new Set([10]));
    pacing.serve(new Set([10]));
    expect(clock.pendingTimers).toBe(1);
    pacing.close();
    pacing.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('can be told other rates in the midst of a tick without ticking twice', () => {
    const clock = new ManualClock();
    let ticks = 0;
    const pacing: Pacing = new Pacing(clock, () => {
      ticks += 1;
      pacing.serve(new Set());
      pacing.serve(new Set([10]));
    });
    pacing.serve(new Set([10]));
    clock.advance(1_000);
    expect(ticks).toBe(10);
    expect(clock.pendingTimers).toBe(1);
    pacing.close();
    expect(clock.pendingTimers).toBe(0);
  });
});
