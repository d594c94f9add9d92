import { describe, expect, it } from 'vitest';
import { guardedClock } from '../../../../server/feeds/guarded-clock.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

describe('the clock of a feed of somebody else', () => {
  it('tells what is thrown in a timer, and goes on', () => {
    const clock = new ManualClock();
    const told: unknown[] = [];
    const guarded = guardedClock(clock, (error) => told.push(error));
    const fault = new Error('in a timer');
    let runs = 0;
    const cancel = guarded.every(100, () => {
      runs += 1;
      throw fault;
    });
    guarded.after(50, () => {
      throw fault;
    });
    clock.advance(300);
    cancel();
    clock.advance(300);
    expect([runs, told]).toEqual([3, [fault, fault, fault, fault]]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is otherwise the one that it stands for', () => {
    const clock = new ManualClock();
    const guarded = guardedClock(clock);
    let ran = false;
    const cancel = guarded.after(50, () => (ran = true));
    cancel();
    clock.advance(100);
    expect([ran, guarded.nowUs()]).toEqual([false, clock.nowUs()]);
  });
});
