import type { CsvRows } from './csv-rows.ts';
import { timeOfText, type TimeText } from './time-text.ts';

const US_PER_MS = 1_000;
const HOUR_US = 3_600_000_000;
const MINUTE_US = 60_000_000;
const SECOND_US = 1_000_000;
const ZERO = 48;
const DASH = 45;
const COLON = 58;
const SPACE = 32;
const LETTER_T = 84;
const LETTER_Z = 90;
/** 2024-01-01 23:01 */
const MINUTE_BYTES = 16;
const SECOND_BYTES = 19;
const FRACTION_DIGITS = 6;

/**
 * Reads the commonest form of a time, 2024-01-01 23:01:00.295 with `T` or a space and with or without `Z`, from the bytes of a cell
 * without making a string: some ten times as fast as the reader of all forms. Invariant: what it does not know for sure, it leaves to
 * that one.
 */
export class CivilTime implements TimeText {
  /** Us since 1970, the wall time as if it were UTC where there is no `Z`. */
  timeUs = 0;
  hasOffset = false;
  readonly isDate = false;
  #year = -1;
  #month = -1;
  #day = -1;
  #dayUs = 0;

  /** The time of a cell in any form, null for other text. The result is to be used before the next call. */
  ofCell(rows: CsvRows, cell: number): TimeText | null {
    const isCivil = this.read(rows.bytes, rows.cells[2 * cell]!, rows.cells[2 * cell + 1]!);
    return isCivil ? this : timeOfText(rows.cellText(cell).trim());
  }

  /** False for any other form. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    const length = to - from;
    if (length < MINUTE_BYTES) return false;
    const parting = bytes[from + 10];
    if (bytes[from + 4] !== DASH || bytes[from + 7] !== DASH || bytes[from + 13] !== COLON) return false;
    if (parting !== SPACE && parting !== LETTER_T) return false;
    const hour = pair(bytes, from + 11);
    const minute = pair(bytes, from + 14);
    const year = pair(bytes, from) * 100 + pair(bytes, from + 2);
    const month = pair(bytes, from + 5);
    const day = pair(bytes, from + 8);
    this.hasOffset = bytes[to - 1] === LETTER_Z;
    const end = this.hasOffset ? to - 1 : to;
    const isMinute = end - from === MINUTE_BYTES;
    const second = isMinute ? 0 : this.#second(bytes, from, end);
    // One comparison tells a digit that was none, which makes NaN.
    if (!(hour < 24 && minute < 60 && second >= 0)) return false;
    if (year !== this.#year || month !== this.#month || day !== this.#day) {
      if (!this.#setDay(year, month, day)) return false;
    }
    this.timeUs = this.#dayUs + hour * HOUR_US + minute * MINUTE_US + second;
    return true;
  }

  /** Us of the seconds and what stands behind their point; -1 for another form. */
  #second(bytes: Uint8Array, from: number, end: number): number {
    if (end - from < SECOND_BYTES || bytes[from + 16] !== COLON) return -1;
    const seconds = pair(bytes, from + 17);
    if (!(seconds < 60)) return -1;
    if (end - from === SECOND_BYTES) return seconds * SECOND_US;
    const at = from + SECOND_BYTES;
    if (bytes[at] !== 46 || end - at < 2 || end - at > 10) return -1;
    let fraction = 0;
    for (let place = 0; place < FRACTION_DIGITS; place += 1) {
      const byte = at + 1 + place < end ? bytes[at + 1 + place]! : ZERO;
      if (byte < ZERO || byte > 57) return -1;
      fraction = fraction * 10 + byte - ZERO;
    }
    for (let place = at + 1 + FRACTION_DIGITS; place < end; place += 1)
      if (bytes[place]! < ZERO || bytes[place]! > 57) return -1;
    return seconds * SECOND_US + fraction;
  }

  #setDay(year: number, month: number, day: number): boolean {
    const dayMs = Date.UTC(year, month - 1, day);
    const date = new Date(dayMs);
    // 31 February is 3 March to Date.UTC.
    if (!(year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day)) return false;
    this.#year = year;
    this.#month = month;
    this.#day = day;
    this.#dayUs = dayMs * US_PER_MS;
    return true;
  }
}

/** Two digits; NaN where one is none. */
function pair(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - ZERO;
  const ones = bytes[at + 1]! - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}
