import {
  LIMITS,
  RECORDINGS_SEPARATOR,
  TAPE_NAME,
  instrumentKey,
  type InstrumentId,
  type WireBar,
} from '#protocol';
import type { Engine } from '../engine/engine.ts';
import type { Sight } from '../engine/selector.ts';
import { stepsIn } from '../tape/file/common-increment.ts';
import { TapeReader } from '../tape/file/tape-reader.ts';
import { MergedReader } from '../tape/merged-reader.ts';
import { RollingReader } from '../tape/rolling/rolling-reader.ts';
import type { LiveTape } from '../tape/rolling/ports.ts';
import type { BarsBefore, OpenRecording, RecordingShelf } from '../timelines/recording-shelf.ts';
import type { RecordingLibrary } from './recording-library.ts';
import { RecordingsError } from './recordings-error.ts';

/** The tape of the live market, and the engine that made it. */
export interface TapedMarket {
  readonly tape: LiveTape;
  readonly engine: Engine;
  /** Bars from before the engine began, as its feeds know them. Absent = there are none. */
  readonly history?: (
    id: InstrumentId,
    intervalS: number,
    beforeS: number,
    count: number,
  ) => Promise<WireBar[]>;
}

/** Opens what the library holds, and the live market's tape, each time for one player. */
export function libraryShelf(library: RecordingLibrary, live: TapedMarket | null): RecordingShelf {
  return {
    async open(name, sight = null) {
      if (name === TAPE_NAME) return openTape(live);
      const names = name.split(RECORDINGS_SEPARATOR);
      return names.length === 1 ? openFile(library, name, sight) : openMerged(library, names, sight);
    },
  };
}

/** Several recordings as one, by time; of what happened at the same time that of the first named one comes first. */
function openMerged(
  library: RecordingLibrary,
  names: readonly string[],
  sight: Sight | null,
): OpenRecording | null {
  if (names.length > LIMITS.recordingsMergedMax || new Set(names).size < names.length) return null;
  const opened: OpenRecording[] = [];
  const close = (): void => {
    for (const recording of opened) recording.close();
  };
  try {
    for (const name of names) {
      const recording = openFile(library, name, sight);
      if (recording === null) {
        close();
        return null;
      }
      opened.push(recording);
    }
    const reader = new MergedReader(opened.map((recording) => recording.reader));
    return { name: names.join(' + '), reader, close };
  } catch (error) {
    close();
    throw error;
  }
}

function openTape(live: TapedMarket | null): OpenRecording | null {
  if (live === null) return null;
  const { tape } = live;
  // What lies in a folder that another server holds is not this market's.
  if (tape.status.fromTimeUs === null) return null;
  // So that what is on the screen now can be gone back to.
  tape.flush();
  const reader = RollingReader.open(tape.folder);
  if (reader.events === 0) {
    reader.close();
    return null;
  }
  return { name: TAPE_NAME, reader, barsBefore: barsOf(live), close: () => reader.close() };
}

function openFile(library: RecordingLibrary, name: string, sight: Sight | null): OpenRecording | null {
  let path: string;
  try {
    path = library.path(name);
  } catch (error) {
    if (error instanceof RecordingsError) return null;
    throw error;
  }
  const reader = TapeReader.open(path);
  if (sight !== null && !reader.instruments.some((instrument) => sight.sees(instrument))) {
    reader.close();
    return null;
  }
  return { name, reader, close: () => reader.close() };
}

/** The live engine has counted the bars already; what came before it its feeds may know, as on the live chart. */
function barsOf({ engine: { bars, dictionary }, history }: TapedMarket): BarsBefore {
  return async (instrument, intervalS, beforeS, count) => {
    const id = dictionary.find(instrumentKey(instrument));
    if (id === undefined) return [];
    const { tick, lot } = dictionary.definition(id);
    const price = stepsIn(tick, instrument.tick);
    const size = stepsIn(lot, instrument.lot);
    // The market counts in finer units than its tape did: they cannot be told exactly.
    if (!Number.isInteger(price) || !Number.isInteger(size)) return [];
    const own = bars.range(intervalS, id, 0, beforeS, count);
    const wanted = count - own.length;
    const older =
      history === undefined || wanted === 0
        ? []
        : await history(id, intervalS, own[0]?.startS ?? beforeS, wanted);
    return [...older, ...own].map((bar) => scaled(bar, price, size));
  };
}

function scaled(bar: WireBar, price: number, size: number): WireBar {
  const { startS, open, high, low, close, volume } = bar;
  const prices = { open: open * price, high: high * price, low: low * price, close: close * price };
  return { startS, ...prices, volume: volume * size };
}
