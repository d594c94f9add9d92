import { expect, it } from 'vitest';
import { tellPutBack } from '../../../server/clock.ts';
import { ManualClock } from '../../support/manual-clock.ts';

it('tells once that the machine’s clock was put back, and again when it is once more', () => {
  const clock = new ManualClock();
  const told: string[] = [];
  let aheadMs = 0;
  const end = tellPutBack(
    clock,
    (sentence) => told.push(sentence),
    () => aheadMs,
  );
  // A clock that is slowed down a little was not put back.
  aheadMs = 900;
  clock.advance(60_000);
  expect(told).toEqual([]);
  aheadMs = 3_600_400;
  clock.advance(60_000);
  expect(told).toEqual([
    "The machine's clock was put back: times here are 3,600 s ahead of it, and tokens end so much too early. Restart the server.",
  ]);
  aheadMs += 7_200_000;
  clock.advance(60_000);
  expect(told.length).toBe(2);
  end();
  expect(clock.pendingTimers).toBe(0);
});
