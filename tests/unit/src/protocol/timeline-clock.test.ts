import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asOf, timeAt, unixUs, type TimelineClock } from '#protocol';

const clock = (speed: number): TimelineClock => ({
  asOf: asOf(5_000),
  timeUs: unixUs(1_721_300_000_000_000),
  speed,
});

describe('timeAt', () => {
  it.each([
    ['live', 1, 5_100, 100_000],
    ['at 60 times the speed', 60, 5_001, 60_000],
    ['at a fraction of the speed', 0.1, 5_001, 100],
    ['while paused', 0, 9_000, 0],
    ['before the map was told', 1, 4_999, -1_000],
    ['at a speed that gives no whole microsecond', 0.0015, 5_001, 1],
    ['rounded down before the map was told', 0.0015, 4_999, -2],
  ])('[VE3] maps a version to time %s', (_what, speed, version, expectedUs) => {
    expect(timeAt(clock(speed), version) - clock(speed).timeUs).toBe(expectedUs);
  });

  it('[VE3] is whole and never falls while versions rise', () => {
    const versions = fc.integer({ min: 0, max: 0xff_ff_ff_ff });
    fc.assert(
      fc.property(versions, versions, fc.double({ min: 0, max: 1000, noNaN: true }), (a, b, speed) => {
        const [earlier, later] = a < b ? [a, b] : [b, a];
        const times = [timeAt(clock(speed), earlier), timeAt(clock(speed), later)];
        expect(times.every(Number.isSafeInteger)).toBe(true);
        expect(times[0]! <= times[1]!).toBe(true);
      }),
    );
  });
});
