import { openRecording, type ImportReport, type OpenOptions } from '../formats/open-recording.ts';
import { TapeError } from '../tape/file/tape-error.ts';
import { TapeReader } from '../tape/file/tape-reader.ts';
import { MergedReader } from '../tape/merged-reader.ts';
import type { RecordingReader } from '../tape/ports.ts';

export interface OpenInputs {
  readonly recording: RecordingReader;
  /** What the import found; null for tapes, which need none. */
  readonly report: ImportReport | null;
  close(): void;
}

/**
 * Tapes are read from their files as they play; everything else is imported. Several are merged by time; of events of one instant those of
 * the tapes come first, in the order in which they are named. @throws RecordingError, TapeError
 */
export async function openInputs(paths: readonly string[], options: OpenOptions = {}): Promise<OpenInputs> {
  const tapes: TapeReader[] = [];
  const others: string[] = [];
  const close = (): void => {
    for (const tape of tapes) tape.close();
  };
  try {
    for (const path of paths) {
      const tape = openTape(path);
      if (tape === null) others.push(path);
      else tapes.push(tape);
    }
    const imported = others.length === 0 ? null : await openRecording(others, options);
    const readers = [...tapes, ...(imported === null ? [] : [imported.recording])];
    const recording = readers.length === 1 ? readers[0]! : new MergedReader(readers);
    return { recording, report: imported?.report ?? null, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Null for a file that is no tape: what is wrong with it is for the import to say. */
export function openTape(path: string): TapeReader | null {
  try {
    return TapeReader.open(path);
  } catch (error) {
    if (error instanceof TapeError && ['not-a-tape', 'missing', 'io'].includes(error.fault)) return null;
    throw error;
  }
}
