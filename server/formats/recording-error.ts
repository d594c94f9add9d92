export type RecordingFault =
  /** No such file. */
  | 'missing'
  /** A directory or a device. */
  | 'no-file'
  /** The system does not let us read it. */
  | 'unreadable'
  | 'empty'
  /** A known header and nothing below it. */
  | 'no-rows'
  /** Ends in the middle of a row or of its compressed stream. */
  | 'truncated'
  /** An archive beyond the bounds of what is read. */
  | 'too-large'
  | 'encrypted'
  /** Compressed data that does not decompress. */
  | 'damaged'
  | 'unknown-format'
  | 'missing-column'
  | 'bad-row';

const FOUND_CHARS_MAX = 40;

/**
 * A file that cannot be opened as a recording: an expected outcome, for the person who named the file. The message is one
 * sentence that names the file, the row and column where there is one, what was found and what was expected.
 */
export class RecordingError extends Error {
  override name = 'RecordingError';
  readonly fault: RecordingFault;
  readonly path: string;
  /** Line in the (decompressed) file, the header being line 1; null when the fault is the file's. */
  readonly row: number | null;
  readonly column: string | null;

  constructor(
    fault: RecordingFault,
    path: string,
    sentence: string,
    place: { row?: number; column?: string } = {},
  ) {
    super(`${path}${sentence}`);
    this.fault = fault;
    this.path = path;
    this.row = place.row ?? null;
    this.column = place.column ?? null;
  }
}

/** What a cell held, quoted, with unprintable characters escaped and long text cut. */
export function foundText(text: string): string {
  if (text === '') return 'nothing';
  const quoted = JSON.stringify(text.length > FOUND_CHARS_MAX ? `${text.slice(0, FOUND_CHARS_MAX)}…` : text);
  return quoted.replaceAll(/[\u007f-\u009f\ufffd]/g, '?');
}
