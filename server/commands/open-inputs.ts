import { openRecording, type ImportReport, type OpenOptions } from '../formats/open-recording.ts';
import { TapeError } from '../tape/file/tape-error.ts';
import { TapeReader } from '../tape/file/tape-reader.ts';
import type { RecordingReader } from '../tape/ports.ts';

export interface OpenInputs {
  readonly recording: RecordingReader;
  /** What the import found; null for a tape, which needs none. */
  readonly report: ImportReport | null;
  close(): void;
}

/** A tape is read from its file as it plays; everything else is imported, several files merged by time. @throws RecordingError, TapeError */
export async function openInputs(paths: readonly string[], options: OpenOptions = {}): Promise<OpenInputs> {
  const tape = paths.length === 1 ? openTape(paths[0]!) : null;
  if (tape !== null) return { recording: tape, report: null, close: () => tape.close() };
  const { recording, report } = await openRecording(paths, options);
  return { recording, report, close: () => undefined };
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
