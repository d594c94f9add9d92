import { TAPE_NAME, instrumentKey } from '#protocol';
import type { Engine } from '../engine/engine.ts';
import { TapeReader } from '../tape/file/tape-reader.ts';
import { RollingReader } from '../tape/rolling/rolling-reader.ts';
import type { LiveTape } from '../tape/rolling/ports.ts';
import type { BarsBefore, OpenRecording, RecordingShelf } from '../timelines/recording-shelf.ts';
import type { RecordingLibrary } from './recording-library.ts';
import { RecordingsError } from './recordings-error.ts';

/** The tape of the live market, and the engine that made it. */
export interface TapedMarket {
  readonly tape: LiveTape;
  readonly engine: Engine;
}

/** Opens what the library holds, and the live market's tape, each time for one player. */
export function libraryShelf(library: RecordingLibrary, live: TapedMarket | null): RecordingShelf {
  return {
    async open(name) {
      return name === TAPE_NAME ? openTape(live) : openFile(library, name);
    },
  };
}

function openTape(live: TapedMarket | null): OpenRecording | null {
  if (live === null) return null;
  const { tape, engine } = live;
  // So that what is on the screen now can be gone back to.
  tape.flush();
  const reader = RollingReader.open(tape.folder);
  if (reader.events === 0) {
    reader.close();
    return null;
  }
  return { name: TAPE_NAME, reader, barsBefore: barsOf(engine), close: () => reader.close() };
}

function openFile(library: RecordingLibrary, name: string): OpenRecording | null {
  let path: string;
  try {
    path = library.path(name);
  } catch (error) {
    if (error instanceof RecordingsError) return null;
    throw error;
  }
  const reader = TapeReader.open(path);
  return { name, reader, close: () => reader.close() };
}

/** The live engine has counted the bars already. */
function barsOf({ bars, dictionary }: Engine): BarsBefore {
  return (instrument, intervalS, beforeS, count) => {
    const id = dictionary.find(instrumentKey(instrument));
    return id === undefined ? [] : bars.range(intervalS, id, 0, beforeS, count);
  };
}
