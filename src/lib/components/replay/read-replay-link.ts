import { LIMITS } from '../../../protocol/limits.ts';
import { TAPE_NAME } from '../../../protocol/messages.ts';
import type { TimeRange } from './loop-marks.ts';
import { recordingOfPath, type ReplayPlace } from './replay-link.ts';

const ROOM_CHARS_MAX = 128;
const ISO = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,6}))?(Z|[+-]\d{2}:?\d{2})?$/;

/** What a link cannot mean: one sentence for who opened it. */
export interface LinkProblem {
  readonly problem: string;
}

/** The replay that an address names; null = none. */
export function readReplayPlace(url: URL): ReplayPlace | LinkProblem | null {
  const query = url.searchParams;
  const named = recordingOfPath(url.pathname) ?? query.get('replay');
  const timeText = query.get('t');
  const room = query.get('room') ?? '';
  if (named === null && timeText === null && room === '') return null;
  const recording = named ?? TAPE_NAME;
  const timeUs = timeText === null ? null : readLinkTime(timeText);
  if (Number.isNaN(timeUs)) return { problem: `The link's time “${timeText}” cannot be read.` };
  if (recording.length > LIMITS.recordingCharsMax || room.length > ROOM_CHARS_MAX)
    return { problem: 'The link names a recording that cannot be.' };
  const loopText = query.get('loop');
  const loop = loopText === null ? null : readLoop(loopText);
  if (loopText !== null && loop === null) return { problem: `The link's loop “${loopText}” cannot be read.` };
  const speedText = query.get('speed');
  // An instant is looked at; what has a speed or a loop, or is shared, plays.
  const isPaused = timeUs !== null && speedText === null && loop === null && room === '';
  return { recording, timeUs, speed: readSpeed(speedText), isPaused, loop, room };
}

/** ISO, which is UTC where it says nothing else, or microseconds since 1970. NaN when it is neither. */
export function readLinkTime(text: string): number {
  if (/^\d{1,16}$/.test(text)) return Number(text);
  // A plus of an offset that nobody encoded arrives as a blank.
  const [, time, fraction = '', zone = 'Z'] = ISO.exec(text.replace(' ', '+')) ?? [];
  if (time === undefined) return Number.NaN;
  return Date.parse(`${time}${zone}`) * 1_000 + Number(fraction.padEnd(6, '0'));
}

function readLoop(text: string): TimeRange | null {
  const [fromUs = Number.NaN, toUs = Number.NaN, ...more] = text.split('..').map(readLinkTime);
  return fromUs < toUs && more.length === 0 ? { fromUs, toUs } : null;
}

function readSpeed(text: string | null): number {
  if (text === 'max') return LIMITS.replaySpeedMax;
  const speed = text === null || text === '' ? 1 : Number(text);
  return speed >= LIMITS.replaySpeedMin && speed <= LIMITS.replaySpeedMax ? speed : 1;
}
