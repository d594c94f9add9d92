import type { UnixUs } from '#protocol';

/** A stretch of events that cannot be read. */
export interface TapeGap {
  /** Number of the first event after it. */
  event: number;
  events: number;
  fromTimeUs: UnixUs;
  toTimeUs: UnixUs;
}
