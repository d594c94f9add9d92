import { expect, test } from 'vitest';
import { SeekPace, type After } from '../../../../../../src/lib/components/replay/seek-pace.ts';

/** Runs what waits when the test says so. */
function setUp() {
  const sent: number[] = [];
  let waiting: (() => void) | null = null;
  const after: After = (_, run) => {
    waiting = run;
    return () => {
      waiting = null;
    };
  };
  const pace = new SeekPace((timeUs) => sent.push(timeUs), after);
  const pass = (): void => {
    const run = waiting;
    waiting = null;
    run?.();
  };
  return { sent, pace, pass, isWaiting: () => waiting !== null };
}

test('the first seek goes at once, and of those that follow the newest', () => {
  const { sent, pace, pass } = setUp();
  for (const timeUs of [1, 2, 3]) pace.ask(timeUs);
  expect(sent).toEqual([1]);
  pass();
  expect(sent).toEqual([1, 3]);
  pass();
  pace.ask(4);
  expect(sent).toEqual([1, 3, 4]);
});

test('where the drag ends is sent last, and nothing after it', () => {
  const { sent, pace, pass, isWaiting } = setUp();
  pace.ask(1);
  pace.ask(2);
  pace.finish(9);
  expect(isWaiting()).toBe(false);
  pass();
  expect(sent).toEqual([1, 9]);
});

test('a press that did not move is one seek, and one that came long after another is another', () => {
  const { sent, pace, pass } = setUp();
  pace.ask(5);
  pace.finish(5);
  expect(sent).toEqual([5]);
  pace.ask(5);
  pass();
  pace.finish(5);
  expect(sent).toEqual([5, 5, 5]);
});
