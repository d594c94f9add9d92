import { describe, expect, it } from 'vitest';
import { Admission } from '../../../../server/sessions/admission.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

function admission() {
  const clock = new ManualClock();
  const done: number[] = [];
  const one = new Admission(clock);
  /** Takes so many ms of the turn. */
  const enter = (number: number, ms: number): void =>
    one.enter(() => {
      done.push(number);
      clock.skip(ms);
    });
  return { clock, done, admission: one, enter };
}

describe('Admission', () => {
  it('lets in at once what costs nothing, and leaves no timer for it', () => {
    const { clock, done, enter } = admission();
    for (let number = 0; number < 100; number += 1) enter(number, 0);
    expect(done).toHaveLength(100);
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets the others wait for the next turn once a turn is used up, in their order', () => {
    const { clock, done, admission: one, enter } = admission();
    for (let number = 0; number < 10; number += 1) enter(number, 2);
    expect(done).toEqual([0]);
    expect(one.waiting).toBe(9);
    clock.advance(100);
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(one.waiting).toBe(0);
  });

  it('drops what waits when it is closed', () => {
    const { clock, done, admission: one, enter } = admission();
    for (let number = 0; number < 10; number += 1) enter(number, 5);
    one.close();
    clock.advance(1_000);
    expect(done).toEqual([0]);
  });
});
