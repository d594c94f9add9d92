import { formatAge, formatClock, type TimeZone } from '../../format/index.ts';

/** What is older than this is said to be so, ms: a clock names no day. */
const OLD_MS = 60_000;

/** Of which time the prices on the screen are, while nothing newer comes: `14:32:07`, `14:32:07 (3 h ago)`. */
export function shownText(shownUs: number, isReplay: boolean, zone: TimeZone, nowMs = Date.now()): string {
  const clock = formatClock(shownUs, zone);
  const ageMs = nowMs - shownUs / 1000;
  // The age of a recording is none of the connection's.
  return isReplay || shownUs === 0 || ageMs < OLD_MS ? clock : `${clock} (${formatAge(ageMs)} ago)`;
}
