import { expect, test } from 'vitest';
import { ReverseShuttle } from '../../../../../../src/lib/components/replay/reverse-shuttle.svelte.ts';

function setUp(fromUs = 0) {
  const did: (string | number)[] = [];
  let nowMs = 0;
  let waiting: { atMs: number; run: () => void } | null = null;
  const shuttle = new ReverseShuttle(
    {
      nowUs: () => 10_000_000,
      fromUs: () => fromUs,
      pause: () => void did.push('pause'),
      seek: (timeUs) => void did.push(timeUs),
    },
    (delayMs, run) => {
      waiting = { atMs: nowMs + delayMs, run };
      return () => {
        waiting = null;
      };
    },
    () => nowMs,
  );
  const pass = (): void => {
    const due = waiting!;
    waiting = null;
    nowMs = due.atMs;
    due.run();
  };
  return { shuttle, did, pass, isIdle: () => waiting === null };
}

test('it goes back at real time, and faster with each call', () => {
  const { shuttle, did, pass } = setUp();
  shuttle.faster();
  pass();
  pass();
  expect(did).toEqual(['pause', 9_875_000, 9_750_000]);
  shuttle.faster();
  expect(shuttle.speed).toBe(2);
  pass();
  expect(did.at(-1)).toBe(9_500_000);
});

test('it stops at the start, and when it is told to, with no timer left', () => {
  const atStart = setUp(9_900_000);
  atStart.shuttle.faster();
  atStart.pass();
  expect(atStart.did).toEqual(['pause', 9_900_000]);
  expect([atStart.shuttle.speed, atStart.isIdle()]).toEqual([0, true]);
  const stopped = setUp();
  stopped.shuttle.faster();
  stopped.shuttle.stop();
  expect([stopped.shuttle.speed, stopped.isIdle()]).toEqual([0, true]);
});
