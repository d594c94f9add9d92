import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Clock } from '../engine/ports.ts';
import { TapeError } from '../tape/file/tape-error.ts';
import { RollingTape } from '../tape/rolling/rolling-tape.ts';
import type { LiveMarket } from './recorder.ts';
import { RecordingLibrary } from './recording-library.ts';

export interface LiveRecordingOptions {
  readonly config: Config;
  readonly clock: Clock;
  /** Names of the feeds. */
  readonly sources: readonly string[];
  readonly onNotice: (sentence: string) => void;
}

/** The rolling tape that the configuration asks for; null where it is off, or cannot be: that is told in one sentence. */
export function openLiveTape({ config, clock, sources, onNotice }: LiveRecordingOptions): RollingTape | null {
  if (config.tape === 'off') return null;
  const folder = join(config.dataFolder, 'rolling');
  try {
    return RollingTape.open({ folder, clock, retention: config.tapeRetention, sources, onNotice });
  } catch (error) {
    if (!(error instanceof TapeError)) throw error;
    onNotice(`This server runs without a tape: ${error.message}`);
    return null;
  }
}

/** The library that the configuration asks for. */
export function openLibrary(
  { config, clock, sources, onNotice }: LiveRecordingOptions,
  live: LiveMarket | null,
  tape: RollingTape | null,
): RecordingLibrary {
  const { dataFolder, schedule, importBytesMax } = config;
  const folder = join(dataFolder, 'recordings');
  return new RecordingLibrary({ folder, clock, live, tape, sources, schedule, importBytesMax, onNotice });
}
