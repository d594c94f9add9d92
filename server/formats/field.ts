import type { Decimal } from '#protocol';

/** One column of a table, or a constant in its place, at the row where its reader stands. */
export interface Field {
  /** As sentences and reports name it. */
  readonly name: string;
  /** Empty when the row has nothing in it. */
  text(): string;
  /** Null when there is nothing. @throws FieldFault for what is no number, or none that 53 bits hold */
  decimal(): Decimal | null;
  /** Microseconds since 1970; NaN when there is nothing. @throws FieldFault */
  timeUs(): number;
}

/** A value that is not what its column is to hold. The reader of the table knows the row and makes a sentence of it. */
export class FieldFault extends Error {
  override name = 'FieldFault';
  readonly column: string;
  readonly found: string;
  readonly expected: string;

  constructor(column: string, found: string, expected: string) {
    super(`${column}: ${expected}`);
    this.column = column;
    this.found = found;
    this.expected = expected;
  }
}

export const NOT_DECIMAL = 'a decimal number of at most 15 digits';
export const NOT_TIME = 'a time from 1990 to 2099, such as 1605499846 or 2020-11-16T04:10:46Z';
