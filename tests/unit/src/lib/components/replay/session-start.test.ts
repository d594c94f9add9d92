import { expect, test } from 'vitest';
import { unixUs } from '#protocol';
import { sessionStart } from '../../../../../../src/lib/components/replay/session-start.ts';

const MIN = 60_000_000;
const run = (fromUs: number, counts: number[]) => ({ fromTimeUs: unixUs(fromUs), bucketUs: MIN, counts });

test('a session begins with the recording, or after half an hour without an event', () => {
  const runs = [run(0, [1, 0, 0, 4]), run(20 * MIN, [2, 2]), run(60 * MIN, [0, 5, 5])];
  expect(sessionStart(runs, 21 * MIN, 5)).toBe(5);
  expect(sessionStart(runs, 62 * MIN, 5)).toBe(61 * MIN);
  expect(sessionStart([], 62 * MIN, 5)).toBe(5);
});
