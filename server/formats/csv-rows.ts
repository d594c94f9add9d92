import { RecordingError } from './recording-error.ts';

/** Longest row, bytes: a 1,000-level book row is about 60 kB, and a file without line ends must not fill the memory. */
const ROW_BYTES_MAX = 1_048_576;
const BUFFER_BYTES_START = 16_384;
const CELLS_START = 256;

const LF = 10;
const CR = 13;
const QUOTE = 34;
const COMMA = 44;

/** Bytes that are looked at in one go, and what finds those up to the comma among them. */
const WORD_BYTES = 4;
const ABOVE_COMMA = 0x2d2d2d2d;
const TOP_BITS = 0x80808080;

const text = new TextDecoder();

/**
 * Cuts a stream of bytes into CSV rows and cells, without making strings. Not a parser of what is in the cells. Invariant:
 * while the row callback runs, `bytes` and `cells` describe exactly one whole row.
 *
 * Takes LF and CRLF, quoted cells (no line ends in them: no recording has such), blank lines, and a last row without line end.
 */
export class CsvRows {
  /** Start and end of each cell of the row in `bytes`: 2 numbers a cell, quotes not included. */
  cells = new Int32Array(2 * CELLS_START);
  cellCount = 0;
  /** Line number of the row, from 1. */
  line = 0;
  /** The row has no line end: the file may have been cut there. */
  isUnterminated = false;
  bytes = new Uint8Array(BUFFER_BYTES_START);
  /** The same bytes, several at a time. */
  view = new DataView(this.bytes.buffer);
  #filled = 0;
  /** The row goes on beyond what may be one. */
  #isPassing = false;
  readonly #path: string;
  readonly #onRow: () => void;
  readonly #onBroken: (error: RecordingError) => void;

  /** @param onBroken told of a row that cannot be cut into cells; the row is left out unless it throws */
  constructor(path: string, onRow: () => void, onBroken: (error: RecordingError) => void = refuse) {
    this.#path = path;
    this.#onRow = onRow;
    this.#onBroken = onBroken;
  }

  push(bytes: Uint8Array): void {
    const chunk = this.#isPassing ? this.#behindLongRow(bytes) : bytes;
    const need = this.#filled + chunk.length;
    if (need > this.bytes.length) {
      const longer = new Uint8Array(Math.max(need, this.bytes.length * 2));
      longer.set(this.bytes.subarray(0, this.#filled));
      this.bytes = longer;
      this.view = new DataView(longer.buffer);
    }
    this.bytes.set(chunk, this.#filled);
    this.#filled = need;
    const rest = this.#takeRows();
    if (need - rest > ROW_BYTES_MAX) {
      this.#isPassing = true;
      this.#filled = 0;
      this.#onBroken(
        this.#broken(`is longer than ${ROW_BYTES_MAX} bytes: expected lines of comma-separated values`),
      );
      return;
    }
    this.bytes.copyWithin(0, rest, need);
    this.#filled = need - rest;
  }

  /** The end of the file: what is left is the last row. */
  finish(): void {
    if (this.#filled === 0) return;
    this.isUnterminated = true;
    this.push(Uint8Array.of(LF));
  }

  /** What comes after the row that is too long, nothing while it goes on. */
  #behindLongRow(bytes: Uint8Array): Uint8Array {
    const end = bytes.indexOf(LF);
    if (end === -1) return bytes.subarray(bytes.length);
    this.#isPassing = false;
    this.line += 1;
    return bytes.subarray(end + 1);
  }

  cellText(cell: number): string {
    return text.decode(this.bytes.subarray(this.cells[2 * cell]!, this.cells[2 * cell + 1]!));
  }

  isEmpty(cell: number): boolean {
    return this.cells[2 * cell] === this.cells[2 * cell + 1];
  }

  /** Hands on all rows that are whole and returns where the rest begins. */
  #takeRows(): number {
    const bytes = this.bytes;
    const end = this.#filled;
    let cells = this.cells;
    let rowAt = 0;
    let cellAt = 0;
    let count = 0;
    const view = this.view;
    const lastWord = end - WORD_BYTES;
    for (let at = 0; at < end; at += 1) {
      // Digits, letters, points and signs lie above the comma: most words have nothing else.
      while (at <= lastWord) {
        const word = view.getInt32(at, true);
        const marks = (word - ABOVE_COMMA) & ~word & TOP_BITS;
        if (marks !== 0) {
          // Right for the first of them; those behind it may be none.
          at += (31 - Math.clz32(marks & -marks)) >> 3;
          break;
        }
        at += WORD_BYTES;
      }
      if (at >= end) break;
      const byte = bytes[at]!;
      if (byte > COMMA) continue;
      if (byte === COMMA) {
        if (2 * count + 3 >= cells.length) cells = this.#moreCells();
        cells[2 * count] = cellAt;
        cells[2 * count + 1] = at;
        count += 1;
        cellAt = at + 1;
      } else if (byte === LF) {
        cells[2 * count] = cellAt;
        cells[2 * count + 1] = at > cellAt && bytes[at - 1] === CR ? at - 1 : at;
        this.#emit(count + 1, rowAt);
        count = 0;
        rowAt = at + 1;
        cellAt = at + 1;
      } else if (byte === QUOTE && at === cellAt) {
        // Rare in these files, so the row is cut again by the careful way.
        const lineEnd = bytes.indexOf(LF, at);
        if (lineEnd === -1 || lineEnd >= end) return rowAt;
        const fault = this.#cutQuoted(rowAt, lineEnd);
        cells = this.cells;
        if (fault === null) this.#emit(this.cellCount, rowAt);
        else {
          this.line += 1;
          this.#onBroken(fault);
        }
        count = 0;
        at = lineEnd;
        rowAt = at + 1;
        cellAt = at + 1;
      }
    }
    return rowAt;
  }

  #emit(count: number, rowAt: number): void {
    this.line += 1;
    this.cellCount = count;
    if (count === 1 && this.isEmpty(0) && this.bytes[rowAt] !== QUOTE) return;
    this.#onRow();
  }

  #cutQuoted(rowAt: number, lineEnd: number): RecordingError | null {
    const bytes = this.bytes;
    const end = lineEnd > rowAt && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    let at = rowAt;
    this.cellCount = 0;
    for (;;) {
      if (2 * this.cellCount + 1 >= this.cells.length) this.#moreCells();
      const quoted = bytes[at] === QUOTE && at < end;
      const from = quoted ? at + 1 : at;
      let to = from;
      if (quoted) {
        at = from;
        // A doubled quote stands for one: the cell's bytes move together in place.
        while (at < end && !(bytes[at] === QUOTE && bytes[at + 1] !== QUOTE)) {
          if (bytes[at] === QUOTE) at += 1;
          bytes[to] = bytes[at]!;
          to += 1;
          at += 1;
        }
        if (at >= end || (at + 1 < end && bytes[at + 1] !== COMMA))
          return this.#broken('has a quote that is not closed before the next comma: expected a quoted cell');
        at += 1;
      } else {
        while (at < end && bytes[at] !== COMMA) at += 1;
        to = at;
      }
      this.cells[2 * this.cellCount] = from;
      this.cells[2 * this.cellCount + 1] = to;
      this.cellCount += 1;
      if (at >= end) return null;
      at += 1;
    }
  }

  #moreCells(): Int32Array<ArrayBuffer> {
    const more = new Int32Array(this.cells.length * 2);
    more.set(this.cells);
    this.cells = more;
    return more;
  }

  /** About the row that is being cut, which has not been counted yet. */
  #broken(sentence: string): RecordingError {
    const row = this.line + 1;
    return new RecordingError('bad-row', this.#path, `, row ${row}, ${sentence}.`, { row });
  }
}

function refuse(error: RecordingError): never {
  throw error;
}
