import { RecordingError } from './recording-error.ts';

/** What an import left out of a file because it could not be read. */
export interface BrokenRows {
  rows: number;
  /** The sentences of the first of them. */
  first: string[];
}

const SENTENCES_MAX = 3;
/** A file that begins with so many broken rows and no sound one is of another format than was thought. */
const BROKEN_AT_START_MAX = 1_000;

/**
 * Decides what a broken row does: end the import (strict), or be counted and told. Not a judge of rows: readers find them. Invariant:
 * a file of which no row is sound is refused with the sentence of its first row.
 */
export class BrokenRowCounter {
  readonly #isStrict: boolean;
  #rows = 0;
  #sound = 0;
  readonly #first: RecordingError[] = [];

  constructor(isStrict: boolean) {
    this.#isStrict = isStrict;
  }

  get rows(): number {
    return this.#rows;
  }

  sound(): void {
    this.#sound += 1;
  }

  /** @throws what was thrown, when the row must end the import */
  broken(error: unknown): void {
    const isOfRow =
      error instanceof RecordingError &&
      error.row !== null &&
      (error.fault === 'bad-row' || error.fault === 'truncated');
    if (this.#isStrict || !isOfRow) throw error;
    this.#rows += 1;
    if (this.#first.length < SENTENCES_MAX) this.#first.push(error);
    if (this.#sound === 0 && this.#rows >= BROKEN_AT_START_MAX) throw this.#first[0]!;
  }

  /** The file has ended. @throws RecordingError when it had broken rows only */
  finish(): void {
    if (this.#sound === 0 && this.#rows > 0) throw this.#first[0]!;
  }

  result(): BrokenRows {
    return { rows: this.#rows, first: this.#first.map(({ message }) => message) };
  }
}

export function addBroken(all: readonly BrokenRows[]): BrokenRows {
  const total: BrokenRows = { rows: 0, first: [] };
  for (const { rows, first } of all) {
    total.rows += rows;
    total.first.push(...first);
  }
  total.first.length = Math.min(total.first.length, SENTENCES_MAX);
  return total;
}
