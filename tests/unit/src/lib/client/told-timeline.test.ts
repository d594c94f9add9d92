import { describe, expect, test } from 'vitest';
import { asOf, instrumentId, unixUs, type StatusMessage, type TimelineMessage } from '#protocol';
import { ToldTimeline } from '../../../../../src/lib/client/told-timeline.ts';

const START_US = 1_790_856_000_000_000;
const BUCKET_US = 15_000_000;
const message = (change: Partial<TimelineMessage> = {}): TimelineMessage => ({
  type: 'timeline',
  mode: 'live',
  state: 'live',
  epoch: 'e',
  clock: { asOf: asOf(0), timeUs: unixUs(START_US), speed: 1 },
  speed: 1,
  recording: null,
  density: null,
  skipped: null,
  ...change,
});
const status = (receivedPerSecond: number): StatusMessage => ({
  type: 'status',
  feeds: [],
  receivedPerSecond,
  counters: {},
});
const run = (counts: number[]) => [{ fromTimeUs: unixUs(START_US), bucketUs: BUCKET_US, counts }];

describe('what a later page is told', () => {
  test('is the newest timeline with the histogram that only the first message brought, and no jump of the past', () => {
    const told = new ToldTimeline();
    told.onTimeline(message({ density: run([1]), switched: true }));
    told.onTimeline(message({ speed: 4, skipped: { fromTimeUs: unixUs(1), toTimeUs: unixUs(2) } }));
    expect(told.timeline).toEqual({ ...message({ speed: 4 }), density: run([1]) });
  });

  test('is the newest state of the feeds with the stale instruments of an earlier message', () => {
    const told = new ToldTimeline();
    const stale = [{ instrument: instrumentId(1), reason: 'A gap.' }];
    told.onStatus({ ...status(5), stale }, 0);
    told.onStatus(status(6), 0);
    expect(told.status).toMatchObject({ receivedPerSecond: 6, stale });
  });

  test('is a histogram that was carried on: seconds are added, gaps are empty, an hour is kept', () => {
    const told = new ToldTimeline();
    told.onTimeline(message({ density: run([10, 20]) }));
    told.onStatus(status(5), START_US + BUCKET_US + 1);
    told.onStatus(status(7), START_US + 3 * BUCKET_US);
    expect(told.timeline!.density).toEqual(run([10, 25, 0, 7]));
    told.onStatus(status(1), START_US + 240 * BUCKET_US);
    const [kept] = told.timeline!.density!;
    expect(kept!.counts).toHaveLength(240);
    expect(kept!.fromTimeUs).toBe(START_US + BUCKET_US);
    expect([kept!.counts[0], kept!.counts[2], kept!.counts.at(-1)]).toEqual([25, 7, 1]);
  });

  test('is a short histogram after a machine slept for days', () => {
    const told = new ToldTimeline();
    told.onTimeline(message({ density: run([10]) }));
    told.onStatus(status(3), START_US + 100_000 * BUCKET_US);
    const [kept] = told.timeline!.density!;
    expect(kept!.counts.length).toBeLessThanOrEqual(240);
    expect(kept!.counts.at(-1)).toBe(3);
    expect(kept!.fromTimeUs + kept!.counts.length * BUCKET_US).toBe(START_US + 100_001 * BUCKET_US);
  });

  test('of a replay is the histogram of the recording, untouched', () => {
    const told = new ToldTimeline();
    told.onTimeline(message({ mode: 'replay', density: run([10]) }));
    told.onStatus(status(3), START_US + 1);
    expect(told.timeline!.density).toEqual(run([10]));
  });
});
