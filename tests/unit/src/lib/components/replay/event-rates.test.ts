import { expect, test } from 'vitest';
import { unixUs, type EventDensity } from '#protocol';
import { eventsBetween } from '../../../../../../src/lib/components/replay/event-rates.ts';

const run = (fromUs: number, bucketUs: number, counts: number[]): EventDensity => ({
  fromTimeUs: unixUs(fromUs),
  bucketUs,
  counts,
});

test('events between two times are counted by overlap', () => {
  expect(eventsBetween(run(0, 100, [10, 20]), 50, 150)).toBe(15);
  expect(eventsBetween(run(0, 100, [10, 20]), -500, 900)).toBe(30);
});
