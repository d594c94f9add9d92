import type { VenueInstrument } from './ports.ts';

/**
 * Levels that are read before others are let in. A level costs about 2 us before the compiler has seen the code, and a quarter of that
 * after: 4 ms and 1 ms a portion.
 */
export const PORTION_LEVELS = 2_048;

/** Long work that lets others in wherever it yields. */
export type Portions<Result = void> = Generator<void, Result, void>;

/** Whether these rows, taken together, are too many to be read in one go: then others are let in first, since parsing them took long. */
export function isLong(...rows: readonly unknown[]): boolean {
  let count = 0;
  for (const side of rows) if (Array.isArray(side)) count += side.length;
  return count > PORTION_LEVELS;
}

/** A whole book in whole steps. */
export interface BookNumbers {
  /** Flat: price, size, price, size, ... Nobody else's. */
  readonly bids: number[];
  readonly asks: number[];
  /** Pairs that are no decimals, and were left out. */
  readonly refused: number;
}

/**
 * Reads a whole book in portions. What it returns is in the instrument's units of then: when another connection made a step finer between
 * two portions, it begins anew. Ends, since each change makes a step finer and that is bounded.
 */
export function* readBook(
  instrument: Pick<VenueInstrument, 'levels' | 'revision'>,
  bids: readonly (readonly string[])[],
  asks: readonly (readonly string[])[],
): Portions<BookNumbers> {
  const isShort = !isLong(bids, asks);
  for (;;) {
    const { revision } = instrument;
    // New ones each time: the instrument may still know where numbers of the last attempt lie.
    const read = { bids: [] as number[], asks: [] as number[], refused: 0 };
    let isUsable = true;
    for (const side of ['bids', 'asks'] as const) {
      const rows = side === 'bids' ? bids : asks;
      for (let at = 0; at < rows.length && isUsable; at += PORTION_LEVELS) {
        read.refused += instrument.levels(rows.slice(at, at + PORTION_LEVELS), read[side]);
        // Within one portion a change of units is put right by the instrument.
        if (isShort) continue;
        yield;
        isUsable = instrument.revision === revision;
      }
    }
    if (isUsable) return read;
  }
}

/** Does the work at once: for those who have nobody to let in. */
export function takeWhole<Result>(work: Portions<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
