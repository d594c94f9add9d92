import { zoneLabel, type TimeZone } from '../../format/index.ts';
import type { ConnectionState } from '../../state/market.ts';
import { shownText } from '../shell/shown-text.ts';

/** Why a quote in somebody else's page is not current, and of which time it is; empty = it is current, or about to be. */
export function heldWords(
  { phase, message, shownTimeUs }: Pick<ConnectionState, 'phase' | 'message' | 'shownTimeUs'>,
  isReplay: boolean,
  zone: TimeZone,
  nowMs = Date.now(),
): string {
  if (phase !== 'reconnecting' && phase !== 'stopped') return '';
  const [clock = '', ...age] = shownText(shownTimeUs, isReplay, zone, nowMs).split(' ');
  const showing = `Showing ${[clock, zoneLabel(zone), ...age].join(' ')}.`;
  // It does not come back by itself: what the page is told to do about it is said in full.
  if (phase === 'stopped') return message === '' ? `Stopped. ${showing}` : message;
  return `Reconnecting. ${showing}`;
}
