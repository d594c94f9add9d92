import { invariant } from '#protocol';
import { quantile } from '../rounds.ts';
import type { Lateness } from './control.ts';

/** A frame: the time that it says it is of, and when a client had it, us since 1970. */
export interface Arrival {
  readonly madeUs: number;
  readonly arrivalUs: number;
}

/** A server that was not late at all made this share of its frames at their grid point. */
const PUNCTUAL_SHARE = 0.02;
/** Frames say their time in whole milliseconds, so that one may seem to be made a little before its grid point. */
const ROUNDING_US = 2_000;

/**
 * How long after their tick's grid point frames arrived. Where the grid lies is found in the frames themselves: it is where the
 * earliest of them were made, so that a tick that began late counts as late.
 */
export function latenessOf(arrivals: readonly Arrival[], rateHz: number): Lateness {
  invariant(arrivals.length > 0, 'lateness needs frames');
  const periodUs = 1_000_000 / rateHz;
  const originUs = arrivals[0]!.madeUs - periodUs / 2;
  const place = (us: number): number => (us - originUs) % periodUs;
  const gridUs =
    originUs +
    quantile(
      arrivals.map(({ madeUs }) => place(madeUs + periodUs)),
      PUNCTUAL_SHARE,
    );
  const latenessMs = arrivals.map(({ madeUs, arrivalUs }) => {
    const ticks = Math.floor((madeUs + ROUNDING_US - gridUs) / periodUs);
    return (arrivalUs - gridUs - ticks * periodUs) / 1000;
  });
  return { p50Ms: quantile(latenessMs, 0.5), p99Ms: quantile(latenessMs, 0.99) };
}
