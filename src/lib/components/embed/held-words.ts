import { formatAge, formatClock, zoneLabel, type TimeZone } from '../../format/index.ts';
import type { ConnectionState } from '../../state/market.ts';

/** What is older than this is said to be so, ms, as the pill of other pages does. */
const OLD_MS = 60_000;

/** On a page without the shell: why prices are not current, and of which time they are; empty = they are current, or about to be. */
export function heldWords(
  { phase, message, shownTimeUs }: Pick<ConnectionState, 'phase' | 'message' | 'shownTimeUs'>,
  isReplay: boolean,
  zone: TimeZone,
  nowMs = Date.now(),
): string {
  if (phase !== 'reconnecting' && phase !== 'stopped') return '';
  const ageMs = nowMs - shownTimeUs / 1000;
  // The age of a recording is none of the connection's.
  const age = isReplay || shownTimeUs === 0 || ageMs < OLD_MS ? '' : ` (${formatAge(ageMs)} ago)`;
  const showing = `Showing ${formatClock(shownTimeUs, zone)} ${zoneLabel(zone)}${age}.`;
  // It does not come back by itself: what the page is told to do about it is said in full.
  if (phase === 'stopped') return message === '' ? `Stopped. ${showing}` : message;
  return `Reconnecting. ${showing}`;
}
