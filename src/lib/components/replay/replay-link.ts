import { LIMITS } from '../../../protocol/limits.ts';
import { TAPE_NAME } from '../../../protocol/messages.ts';
import type { TimeRange } from './loop-marks.ts';

/** A replay and where in it, as a link says it. */
export interface ReplayPlace {
  readonly recording: string;
  /** Null = at its start, or where the room is. */
  readonly timeUs: number | null;
  readonly speed: number;
  /** It stands there, so that all who open it see the same. */
  readonly isPaused: boolean;
  readonly loop: TimeRange | null;
  /** Name of a timeline that several watch; empty = one's own. */
  readonly room: string;
}

/** Query of a place. `symbol` is the desk's own where the path holds the recording. */
const PLACE_KEYS = ['replay', 't', 'speed', 'loop', 'room', 'symbol'] as const;
const REPLAY_PATH = '/replay/';
const DESK_PATH = '/desk';

/** Whether an address may name a replay, to be read by `readReplayPlace`. */
export function namesReplay(url: URL): boolean {
  return recordingOfPath(url.pathname) !== null || PLACE_KEYS.some((key) => url.searchParams.has(key));
}

/** The symbol that an address of the desk shows; empty = none is named. */
export function symbolOf(url: URL): string {
  return url.searchParams.get('symbol') ?? '';
}

/**
 * The address that shows the same page at a place, or live with null. A recording on the desk has the path of the recording; any
 * other page names it in its query; the tape is told by its time alone.
 * @param symbolKey what the desk shows; empty = nothing yet
 */
export function placeHref(url: URL, place: ReplayPlace | null, symbolKey: string): string {
  const kept = [...url.searchParams].filter(([key]) => !(PLACE_KEYS as readonly string[]).includes(key));
  const onDesk = isDeskPath(url.pathname);
  if (place === null) {
    const path = recordingOfPath(url.pathname) === null ? url.pathname : deskPath(symbolKey);
    return hrefOf(path, kept);
  }
  const { recording, timeUs, speed, isPaused, loop, room } = place;
  const isTold = !isPaused && (speed !== 1 || (timeUs !== null && loop === null && room === ''));
  const isTape = recording === TAPE_NAME;
  const path = !onDesk
    ? url.pathname
    : !isTape
      ? `${REPLAY_PATH}${encodeURIComponent(recording)}`
      : recordingOfPath(url.pathname) === null
        ? url.pathname
        : deskPath(symbolKey);
  return hrefOf(path, [
    ...(onDesk && !isTape && symbolKey !== '' ? [['symbol', symbolKey] as const] : []),
    ...kept,
    ...(!onDesk && !isTape ? [['replay', recording] as const] : []),
    ...(timeUs === null ? [] : [['t', linkTime(timeUs)] as const]),
    ...(isTold ? [['speed', speed === LIMITS.replaySpeedMax ? 'max' : String(speed)] as const] : []),
    ...(loop === null ? [] : [['loop', `${linkTime(loop.fromUs)}..${linkTime(loop.toUs)}`] as const]),
    ...(room === '' ? [] : [['room', room] as const]),
  ]);
}

/** The desk, whichever timeline it shows. */
export function isDeskPath(pathname: string): boolean {
  return pathname === DESK_PATH || pathname.startsWith(`${DESK_PATH}/`) || recordingOfPath(pathname) !== null;
}

/** The desk with an instrument, live. */
export function deskPath(symbolKey: string): string {
  return symbolKey === '' ? DESK_PATH : `${DESK_PATH}/${encodeURIComponent(symbolKey)}`;
}

/** `/replay/fomc-nov` -> `fomc-nov`; null for any other path. */
export function recordingOfPath(pathname: string): string | null {
  const name = pathname.startsWith(REPLAY_PATH) ? pathname.slice(REPLAY_PATH.length).replace(/\/$/, '') : '';
  if (name === '' || name.includes('/')) return null;
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}

/** `2026-11-12T14:32:07.250Z`, to the microsecond where it needs it. */
export function linkTime(timeUs: number): string {
  const us = ((Math.round(timeUs) % 1_000) + 1_000) % 1_000;
  const iso = new Date((Math.round(timeUs) - us) / 1_000).toISOString();
  return us === 0 ? iso : iso.replace('Z', `${String(us).padStart(3, '0')}Z`);
}

/** Colons and commas stay, so that a time can be read in the address. */
function hrefOf(path: string, query: readonly (readonly [string, string])[]): string {
  const text = query
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .join('&');
  return text === '' ? path : `${path}?${text.replaceAll('%3A', ':').replaceAll('%2C', ',')}`;
}
