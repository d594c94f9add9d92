import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { played, recordedAt } from './recorded.ts';

describe('Recording', () => {
  it('lets an event out no earlier than those before it, when stamps go back', () => {
    const recording = recordedAt([100, 90, 120, 110, 120, 130]);
    expect(Array.from({ length: 6 }, (_, index) => recording.timeOfEvent(index))).toEqual([
      100, 100, 120, 120, 120, 130,
    ]);
    expect([recording.firstTimeUs, recording.lastTimeUs]).toEqual([100, 130]);
    // The event itself keeps its own stamps.
    expect(played(recording, 1, 2)).toMatchObject([{ receiveTimeUs: 90, venueTimeUs: 85, price: 1 }]);
  });

  it.each([
    [99, 0],
    [100, 2],
    [119, 2],
    [120, 5],
    [129.5, 5],
    [130, 6],
    [Number.POSITIVE_INFINITY, 6],
  ])('at time %s has let out %i events', (timeUs, index) => {
    expect(recordedAt([100, 90, 120, 110, 120, 130]).indexAt(timeUs)).toBe(index);
  });

  it('finds the event of any time as a plain search would', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 40 }), fc.nat(55), (timesUs, timeUs) => {
        const recording = recordedAt(timesUs);
        let highest = -1;
        const happened = timesUs.filter((time) => (highest = Math.max(highest, time)) <= timeUs).length;
        expect(recording.indexAt(timeUs)).toBe(happened);
      }),
    );
  });

  it('reuses the object that it hands out', () => {
    const seen = new Set();
    recordedAt([1, 2, 3]).play(0, 3, (event) => seen.add(event));
    expect(seen.size).toBe(1);
  });

  it('counts its events by the time at which they are let out', () => {
    const [run] = recordedAt([100, 90, 120, 110, 339]).density(1000);
    expect(run).toMatchObject({ fromTimeUs: 100, bucketUs: 1 });
    expect([run?.counts[0], run?.counts[20], run?.counts[239]]).toEqual([2, 2, 1]);
  });

  it('refuses events that do not exist', () => {
    const recording = recordedAt([1, 2]);
    expect(() => recording.timeOfEvent(2)).toThrow();
    expect(() => recording.play(0, 3, () => {})).toThrow();
  });
});
