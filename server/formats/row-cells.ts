import { parseDecimal, type AssetClass } from '#protocol';
import { TRADE_ID_BYTES_MAX, NO_TRADE_ID } from '../tape/event-block.ts';
import type { Misfit, RecordingBuilder } from '../tape/recording-builder.ts';
import type { AnomalyCounter } from './anomaly-counter.ts';
import type { CsvRows } from './csv-rows.ts';
import { DecimalCell, wholeNumber } from './decimal-cell.ts';
import { NOT_DECIMAL } from './field.ts';
import { withoutFloatNoise } from './float-noise.ts';
import { withoutThousands } from './grouped-digits.ts';
import { quoteCurrency } from './quote-currency.ts';
import type { EventCounts } from './event-counts.ts';
import { foundText, RecordingError } from './recording-error.ts';
import { timeOfText } from './time-text.ts';

/** 1990-01-01 and 2100-01-01: a stamp outside is a unit or a column mistaken, not a market. */
export const TIME_US_MIN = 631_152_000_000_000;
export const TIME_US_MAX = 4_102_444_800_000_000;

const SYMBOL_SLOTS = 1_024;
const LETTER_Z = 90;

interface KnownSymbol {
  venue: DataView;
  symbol: DataView;
  number: number;
}

/** Where a format's rows go, and what it needs to say that one is wrong. */
export interface RowTarget {
  /** How sentences name the file or member. */
  path: string;
  /** Its name without folders, which is all that some formats say of symbol and day. */
  fileName: string;
  rows: CsvRows;
  builder: RecordingBuilder;
  anomalies: AnomalyCounter;
  /** For layouts that make events of several kinds. */
  counts: EventCounts;
  /** Names for sentences, by cell. */
  columns: readonly string[];
  assetClass: AssetClass;
}

/**
 * Typed access to the cells of the current row. Not a format: it does not know what a column means. Invariant: every value it
 * returns is sound; all else is a RecordingError that names row, column, what was found and what was expected.
 */
export class RowCells {
  /** The decimal that `price`, `size` or `optional` read last. */
  readonly decimal = new DecimalCell();
  readonly #target: RowTarget;
  /** Direct-mapped, filled as symbols come: most files have one or none in their cells. */
  readonly #symbols: (KnownSymbol | undefined)[] = [];

  constructor(target: RowTarget) {
    this.#target = target;
  }

  /** Refuses rows with more or fewer cells than the header has. */
  checkCount(): void {
    const { rows, columns, path } = this.#target;
    if (rows.cellCount === columns.length) return;
    const row = rows.line;
    const cells = rows.cellCount === 1 ? '1 cell' : `${rows.cellCount} cells`;
    if (rows.isUnterminated && rows.cellCount < columns.length) {
      const sentence = `, row ${row}, is cut off: found ${cells}, expected ${columns.length}.`;
      throw new RecordingError('truncated', path, sentence, { row });
    }
    throw new RecordingError('bad-row', path, `, row ${row}: found ${cells}, expected ${columns.length}.`, {
      row,
    });
  }

  /** Microseconds since 1970; NaN for an empty cell. */
  timeUs(cell: number): number {
    const { bytes, view, cells } = this.#target.rows;
    const from = cells[2 * cell]!;
    const to = cells[2 * cell + 1]!;
    if (from === to) return Number.NaN;
    const timeUs = wholeNumber(view, from, to);
    if (timeUs >= TIME_US_MIN && timeUs < TIME_US_MAX) return timeUs;
    // Exports may have ISO times in the place of numbers.
    const time = Number.isNaN(timeUs) ? timeOfText(this.#target.rows.cellText(cell)) : null;
    if (time !== null && time.hasOffset && bytes[to - 1] === LETTER_Z) return time.timeUs;
    throw this.fail(cell, 'microseconds since 1970 of a time from 1990 to 2099');
  }

  price(cell: number): void {
    const { rows, anomalies } = this.#target;
    const { bytes, cells } = rows;
    if (this.decimal.read(bytes, cells[2 * cell]!, cells[2 * cell + 1]!)) return;
    const text = withoutThousands(rows.cellText(cell));
    const exact = parseDecimal(text);
    const decimal = exact ?? withoutFloatNoise(text);
    if (decimal === null) throw this.fail(cell, NOT_DECIMAL);
    this.decimal.mantissa = decimal.mantissa;
    this.decimal.decimals = decimal.decimals;
    if (exact === null) anomalies.mark('float_noise_rounded');
  }

  /** A whole number from 0. */
  whole(cell: number): number {
    const { view, cells } = this.#target.rows;
    const value = wholeNumber(view, cells[2 * cell]!, cells[2 * cell + 1]!);
    if (Number.isNaN(value)) throw this.fail(cell, 'a whole number, 0 or more');
    return value;
  }

  size(cell: number): void {
    this.price(cell);
    if (this.decimal.mantissa < 0) throw this.fail(cell, 'a size of 0 or more');
  }

  /** Reads a price or size that may be missing. False for an empty cell. */
  optional(cell: number, kind: 'price' | 'size'): boolean {
    if (this.#target.rows.isEmpty(cell)) return false;
    if (kind === 'price') this.price(cell);
    else this.size(cell);
    return true;
  }

  /** Number of the instrument that two cells name. */
  instrument(venueCell: number, symbolCell: number): number {
    const { bytes, view, cells } = this.#target.rows;
    const venueAt = cells[2 * venueCell]!;
    const venueEnd = cells[2 * venueCell + 1]!;
    const symbolAt = cells[2 * symbolCell]!;
    const symbolEnd = cells[2 * symbolCell + 1]!;
    const hash = hashOf(view, symbolAt, symbolEnd, hashOf(view, venueAt, venueEnd, 0x811c9dc5));
    const slot = (hash ^ (hash >>> 15)) & (SYMBOL_SLOTS - 1);
    const known = this.#symbols[slot];
    if (
      known !== undefined &&
      isSame(known.symbol, view, symbolAt, symbolEnd) &&
      isSame(known.venue, view, venueAt, venueEnd)
    )
      return known.number;
    if (venueAt === venueEnd) throw this.fail(venueCell, 'the name of a venue');
    if (symbolAt === symbolEnd) throw this.fail(symbolCell, 'a symbol');
    const number = this.instrumentNamed(
      this.#target.rows.cellText(venueCell),
      this.#target.rows.cellText(symbolCell),
    );
    const venue = new DataView(bytes.slice(venueAt, venueEnd).buffer);
    const symbol = new DataView(bytes.slice(symbolAt, symbolEnd).buffer);
    this.#symbols[slot] = { venue, symbol, number };
    return number;
  }

  instrumentNamed(venue: string, symbol: string): number {
    const { builder, assetClass } = this.#target;
    return builder.instruments.number(venue, symbol, assetClass, quoteCurrency(symbol));
  }

  /** Code of the trade id for the builder; also counts repeats and gaps. */
  tradeId(cell: number, instrument: number): number {
    const { bytes, view, cells } = this.#target.rows;
    const from = cells[2 * cell]!;
    const to = cells[2 * cell + 1]!;
    if (from === to) return NO_TRADE_ID;
    // A leading zero is text: the number would not give it back.
    const id = bytes[from] === 48 && to - from > 1 ? Number.NaN : wholeNumber(view, from, to);
    if (id === id) {
      this.#target.anomalies.numberId(instrument, id);
      return id;
    }
    if (to - from > TRADE_ID_BYTES_MAX) throw this.fail(cell, `an id of at most ${TRADE_ID_BYTES_MAX} bytes`);
    this.#target.anomalies.textId(instrument, bytes, from, to);
    return this.#target.builder.textId(bytes, from, to);
  }

  /** Lower-case text of a short cell, for columns with a handful of words. */
  word(cell: number): string {
    const { bytes, cells } = this.#target.rows;
    const from = cells[2 * cell]!;
    const length = cells[2 * cell + 1]! - from;
    // The two words that nearly all rows hold, without making a string.
    if (length === 3 && bytes[from] === 98 && bytes[from + 1] === 117 && bytes[from + 2] === 121)
      return 'buy';
    if (length === 4 && bytes[from] === 115 && bytes[from + 1] === 101 && bytes[from + 3] === 108) {
      if (bytes[from + 2] === 108) return 'sell';
    }
    return this.#target.rows.cellText(cell).toLowerCase();
  }

  flag(cell: number): boolean {
    const word = this.word(cell);
    if (word === 'true') return true;
    if (word === 'false') return false;
    throw this.fail(cell, 'true or false');
  }

  /** Refuses the row when the builder could not keep one of its numbers exactly. */
  checkFit(misfit: Misfit, cellOf: Partial<Record<Misfit, number>>): void {
    if (misfit === 'none') return;
    throw this.fail(
      cellOf[misfit]!,
      'a number that 53 bits hold exactly beside the others of its instrument',
    );
  }

  fail(cell: number, expected: string): RecordingError {
    const { path, rows, columns } = this.#target;
    const row = rows.line;
    const column = columns[cell]!;
    const found = foundText(rows.cellText(cell));
    return new RecordingError(
      'bad-row',
      path,
      `, row ${row}, column ${column}: found ${found}, expected ${expected}.`,
      { row, column },
    );
  }
}

/** FNV-1a, four bytes at a time. */
function hashOf(view: DataView, from: number, to: number, start: number): number {
  let hash = start;
  let at = from;
  for (; at + 4 <= to; at += 4) hash = Math.imul(hash ^ view.getInt32(at, true), 0x01000193);
  for (; at < to; at += 1) hash = Math.imul(hash ^ view.getUint8(at), 0x01000193);
  // What the highest byte of four did is in the highest bits only.
  return hash ^ (hash >>> 16);
}

function isSame(known: DataView, view: DataView, from: number, to: number): boolean {
  const length = to - from;
  if (known.byteLength !== length) return false;
  let at = 0;
  for (; at + 4 <= length; at += 4)
    if (known.getInt32(at, true) !== view.getInt32(from + at, true)) return false;
  for (; at < length; at += 1) if (known.getUint8(at) !== view.getUint8(from + at)) return false;
  return true;
}
