import { RecordingError } from './recording-error.ts';

/** The largest frame of a venue that was seen is a megabyte; a file without line ends must not fill the memory. */
const LINE_BYTES_MAX = 16_777_216;
const LF = 10;

/** Cuts a stream of bytes into lines of text. Not a CSV reader. Invariant: no more than one unfinished line is held. */
export class TextLines {
  /** Number of the line that was handed out last, from 1. */
  line = 0;
  readonly #label: string;
  readonly #onLine: (line: string, number: number) => void;
  #rest: Buffer[] = [];
  #restBytes = 0;

  constructor(label: string, onLine: (line: string, number: number) => void) {
    this.#label = label;
    this.#onLine = onLine;
  }

  /** @throws RecordingError for a line without end */
  push(bytes: Uint8Array): void {
    let from = 0;
    for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, from)) {
      this.#emit(bytes.subarray(from, end));
      from = end + 1;
    }
    if (from === bytes.length) return;
    this.#restBytes += bytes.length - from;
    if (this.#restBytes > LINE_BYTES_MAX) {
      const row = this.line + 1;
      const sentence = `, row ${row}, is longer than ${LINE_BYTES_MAX} bytes: expected one frame a line.`;
      throw new RecordingError('too-large', this.#label, sentence, { row });
    }
    this.#rest.push(Buffer.from(bytes.subarray(from)));
  }

  /** The end of the file: what is left is the last line. */
  finish(): void {
    if (this.#rest.length > 0) this.#emit(new Uint8Array(0));
  }

  #emit(end: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? Buffer.from(end) : Buffer.concat([...this.#rest, end]);
    this.#rest = [];
    this.#restBytes = 0;
    this.line += 1;
    this.#onLine(bytes.toString('utf8'), this.line);
  }
}
