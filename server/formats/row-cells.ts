import { parseDecimal, type AssetClass, type Decimal } from '#protocol';
import { TRADE_ID_BYTES_MAX, NO_TRADE_ID } from '../tape/event-block.ts';
import type { Misfit, RecordingBuilder } from '../tape/recording-builder.ts';
import type { AnomalyCounter } from './anomaly-counter.ts';
import type { CsvRows } from './csv-rows.ts';
import { DecimalCell, wholeNumber } from './decimal-cell.ts';
import { NOT_DECIMAL } from './field.ts';
import { NOISE_DECIMALS_MIN, withoutFloatNoise, withoutSingleNoise } from './float-noise.ts';
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

/** Below it, four bytes cannot be looked at a time. */
const NAME_BYTES_MIN = 4;

/** What stands in a row from the venue's name to the end of the symbol. */
interface KnownSymbol {
  name: DataView;
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
    // Some end their rows, and not the header, with a comma.
    if (rows.cellCount === columns.length + 1 && rows.isEmpty(columns.length)) return;
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
    const time = Number.isNaN(timeUs) ? timeOfText(this.#target.rows.cellText(cell).trim()) : null;
    if (time !== null && time.hasOffset && bytes[to - 1] === LETTER_Z) return time.timeUs;
    throw this.fail(cell, 'microseconds since 1970 of a time from 1990 to 2099');
  }

  price(cell: number): void {
    const { rows, anomalies } = this.#target;
    const { view, cells } = rows;
    if (this.decimal.read(view, cells[2 * cell]!, cells[2 * cell + 1]!)) {
      if (this.decimal.decimals >= NOISE_DECIMALS_MIN) this.#round(withoutSingleNoise(this.decimal));
      return;
    }
    const text = withoutThousands(rows.cellText(cell).trim());
    const exact = parseDecimal(text);
    const decimal = exact ?? withoutFloatNoise(text);
    if (decimal === null) throw this.fail(cell, NOT_DECIMAL);
    this.decimal.mantissa = decimal.mantissa;
    this.decimal.decimals = decimal.decimals;
    if (exact === null) anomalies.mark('float_noise_rounded');
  }

  #round(decimal: Decimal | null): void {
    if (decimal === null) return;
    this.decimal.mantissa = decimal.mantissa;
    this.decimal.decimals = decimal.decimals;
    this.#target.anomalies.mark('float_noise_rounded');
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

  /** Number of the instrument that two cells name, the venue's first. */
  instrument(venueCell: number, symbolCell: number): number {
    const { bytes, view, cells } = this.#target.rows;
    const from = cells[2 * venueCell]!;
    const to = cells[2 * symbolCell + 1]!;
    // With a quote or another cell between the two they are not told by what stands there.
    if (cells[2 * symbolCell] !== cells[2 * venueCell + 1]! + 1 || to - from < NAME_BYTES_MIN)
      return this.#instrumentOf(venueCell, symbolCell);
    const hash = hashOf(view, from, to);
    const slot = (hash ^ (hash >>> 15)) & (SYMBOL_SLOTS - 1);
    const known = this.#symbols[slot];
    if (known !== undefined && isSame(known.name, view, from, to)) return known.number;
    const number = this.#instrumentOf(venueCell, symbolCell);
    this.#symbols[slot] = { name: new DataView(bytes.slice(from, to).buffer), number };
    return number;
  }

  #instrumentOf(venueCell: number, symbolCell: number): number {
    const { rows } = this.#target;
    if (rows.isEmpty(venueCell)) throw this.fail(venueCell, 'the name of a venue');
    if (rows.isEmpty(symbolCell)) throw this.fail(symbolCell, 'a symbol');
    return this.instrumentNamed(rows.cellText(venueCell), rows.cellText(symbolCell));
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
    return this.#target.rows.cellText(cell).trim().toLowerCase();
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

/** FNV-1a, four bytes at a time, of which the last four may overlap those before. */
function hashOf(view: DataView, from: number, to: number): number {
  const last = to - 4;
  let hash = 0x811c9dc5;
  for (let at = from; at < last; at += 4) hash = Math.imul(hash ^ view.getInt32(at, true), 0x01000193);
  hash = Math.imul(hash ^ view.getInt32(last, true), 0x01000193);
  // What the highest byte of four did is in the highest bits only.
  return hash ^ (hash >>> 16);
}

function isSame(known: DataView, view: DataView, from: number, to: number): boolean {
  const last = to - from - 4;
  if (known.byteLength !== last + 4) return false;
  for (let at = 0; at < last; at += 4)
    if (known.getInt32(at, true) !== view.getInt32(from + at, true)) return false;
  return known.getInt32(last, true) === view.getInt32(to - 4, true);
}
