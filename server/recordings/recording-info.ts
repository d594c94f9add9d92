import { existsSync } from 'node:fs';
import { unixUs, instrumentKey, type EventDensity, type UnixUs } from '#protocol';
import { secondRuns } from '../tape/file/second-runs.ts';
import { TapeError } from '../tape/file/tape-error.ts';
import { TapeReader } from '../tape/file/tape-reader.ts';
import { tapeSeconds } from '../tape/file/tape-seconds.ts';

/** Silence that parts the runs of a preview, us. */
const SILENCE_US = 60_000_000;
/** Instruments that are named; how many there are is told beside. */
const NAMED_INSTRUMENTS = 50;

/** What is told of a recording in the library. */
export interface RecordingInfo {
  readonly name: string;
  /** `recording` = it is being written. `damaged` = a part of it, or all, cannot be read. */
  readonly state: 'recording' | 'complete' | 'damaged';
  /** What is wrong, one sentence; empty when nothing is. */
  readonly message: string;
  /** Replay times of the first and last event; null without events. */
  readonly fromTimeUs: UnixUs | null;
  readonly toTimeUs: UnixUs | null;
  readonly events: number;
  readonly bytes: number;
  /** `venue:symbol` of the busiest. */
  readonly instruments: readonly string[];
  readonly instrumentCount: number;
  /** Names of the feeds or files that it was made of. */
  readonly sources: readonly string[];
  /** Events over time, for a preview. */
  readonly density: readonly EventDensity[];
  /** When a running recording ends by itself; null for others. */
  readonly untilUs: UnixUs | null;
}

/** Looks into a tape: costs a read of its index, not of its events. */
export function recordingInfo(name: string, path: string, bytes: number): RecordingInfo {
  const state = existsSync(`${path}.lock`) ? 'recording' : 'complete';
  const none = {
    name,
    bytes,
    message: '',
    fromTimeUs: null,
    toTimeUs: null,
    events: 0,
    instruments: [],
    instrumentCount: 0,
    sources: [],
    density: [],
    untilUs: null,
  };
  let reader: TapeReader;
  try {
    reader = TapeReader.open(path, { mayBeEmpty: true });
  } catch (error) {
    if (error instanceof TapeError) return { ...none, state: 'damaged', message: error.message };
    throw error;
  }
  try {
    const { events, firstTimeUs, lastTimeUs, instruments, map, lostEvents } = reader;
    const names = instruments.slice(0, NAMED_INSTRUMENTS).map((instrument) => instrumentKey(instrument));
    const about = {
      instruments: names,
      instrumentCount: instruments.length,
      sources: map.header?.sources ?? [],
    };
    if (events === 0) return { ...none, ...about, state };
    const damage = map.damage.length + (map.header === null ? 1 : 0);
    return {
      ...none,
      ...about,
      state: damage > 0 ? 'damaged' : state,
      message:
        damage > 0
          ? `${lostEvents.toLocaleString('en-US')} events cannot be read: tickwire repair saves the others.`
          : '',
      fromTimeUs: unixUs(firstTimeUs),
      toTimeUs: unixUs(lastTimeUs),
      events,
      density: secondRuns(tapeSeconds(map), SILENCE_US),
    };
  } finally {
    reader.close();
  }
}
