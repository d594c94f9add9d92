const US_PER_S = 1_000_000;

export interface ReplayStep {
  /** Forward by this many events, backwards where negative. */
  events?: number;
  /** Forward by this much recorded time, backwards where negative. */
  durationUs?: number;
  /** To the n-th next begin of a bar of this many seconds, or the n-th before where negative. */
  bars?: { count: number; intervalS: number };
}

/** The begin of the n-th bar after a time, or before it. */
export function barStart(timeUs: number, { count, intervalS }: { count: number; intervalS: number }): number {
  const intervalUs = intervalS * US_PER_S;
  const bars = timeUs / intervalUs;
  return (count >= 0 ? Math.floor(bars) + count : Math.ceil(bars) + count) * intervalUs;
}
