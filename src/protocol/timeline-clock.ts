import type { AsOf, UnixUs } from './units.ts';

/**
 * Maps a timeline's versions to its time: time(v) = timeUs + (v - asOf) x 1000 x speed. Live runs at speed 1, a paused
 * replay at 0. The server announces a new map whenever speed or position changes by other means than the passing of time.
 */
export interface TimelineClock {
  readonly asOf: AsOf;
  readonly timeUs: UnixUs;
  readonly speed: number;
}

/** Timeline time of a version, in microseconds since 1970, rounded down to a whole number. */
export function timeAt(clock: TimelineClock, version: number): UnixUs {
  return (clock.timeUs + Math.floor((version - clock.asOf) * 1000 * clock.speed)) as UnixUs;
}
