import { powerOfTen } from '#protocol';
import { FLOAT_DIGITS, withoutFloatNoise } from './float-noise.ts';
import type { LeanName } from './lean-name.ts';
import type { RowCells, RowTarget } from './row-cells.ts';
import { ZoneTime } from './zone-time.ts';

/** Prices of shares and options are written in ten-thousandths. */
const SCALED_PLACES = 4;
const DAY_MS = 86_400_000;
const MS_DECIMALS = 3;

/** What the layouts of Lean share: the instrument, times in the file's zone, scaled prices, flags. */
export class LeanCells {
  readonly instrument: number;
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #name: LeanName;
  readonly #zone: ZoneTime;
  readonly #suspicious: number;

  constructor(target: RowTarget, cells: RowCells, name: LeanName) {
    this.#target = target;
    this.#cells = cells;
    this.#name = name;
    this.#zone = new ZoneTime(name.zone);
    this.#suspicious = target.columns.indexOf('suspicious');
    this.instrument = target.builder.instruments.number(
      name.venue,
      name.symbol,
      name.assetClass,
      name.currency,
    );
    target.anomalies.withoutReceiveTime();
  }

  /** Time of a row that has milliseconds since midnight, us since 1970. */
  timeUs(): number {
    const { decimal } = this.#cells;
    this.#cells.price(0);
    const { mantissa, decimals } = decimal;
    const timeMs = decimals === 0 ? mantissa : mantissa / powerOfTen(decimals);
    if (!(timeMs >= 0 && timeMs < DAY_MS))
      throw this.#cells.fail(0, 'milliseconds since midnight, from 0 to below 86400000');
    // What is finer than a microsecond is cut off, never rounded up into the future.
    const timeUs =
      decimals <= MS_DECIMALS
        ? mantissa * powerOfTen(MS_DECIMALS - decimals)
        : Math.floor(mantissa / powerOfTen(decimals - MS_DECIMALS));
    const { dayMs } = this.#name;
    return (dayMs - this.#zone.offsetMs(dayMs, timeMs)) * 1000 + timeUs;
  }

  /** Midnight and time of day of a row that has a date, as if both were UTC. */
  dated(): { dayMs: number; timeMs: number } {
    const text = this.#target.rows.cellText(0);
    const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d) (\d\d):(\d\d)$/.exec(text) ?? [];
    const dayMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
    const timeMs = (Number(hour) * 60 + Number(minute)) * 60_000;
    if (dayMs >= 0 && timeMs < DAY_MS) return { dayMs, timeMs };
    throw this.#cells.fail(0, 'a time such as 20131008 09:00');
  }

  utcUs(dayMs: number, timeMs: number): number {
    return (dayMs + timeMs - this.#zone.offsetMs(dayMs, timeMs)) * 1000;
  }

  /** Reads a price into the cells' decimal. */
  price(cell: number): void {
    this.#number(cell);
    if (this.#name.isScaled) this.#cells.decimal.shift(SCALED_PLACES);
  }

  /** False for a side that the message does not have: 0, or nothing. */
  side(cell: number): boolean {
    if (this.#target.rows.isEmpty(cell)) return false;
    this.price(cell);
    return this.#cells.decimal.mantissa !== 0;
  }

  /** Reads a size into the cells' decimal. */
  size(cell: number): void {
    this.#number(cell);
    if (this.#cells.decimal.mantissa < 0) throw this.#cells.fail(cell, 'a size of 0 or more');
  }

  /**
   * Sums that went through a float before they were written (0.060000000000000005) are rounded to the 15 digits that a float keeps,
   * and counted. @throws RecordingError
   */
  #number(cell: number): void {
    const { decimal } = this.#cells;
    const { rows, anomalies } = this.#target;
    const from = rows.cells[2 * cell]!;
    const to = rows.cells[2 * cell + 1]!;
    if (to - from <= FLOAT_DIGITS) {
      this.#cells.price(cell);
      return;
    }
    const rounded = withoutFloatNoise(rows.cellText(cell));
    if (rounded === null) {
      this.#cells.price(cell);
      return;
    }
    decimal.mantissa = rounded.mantissa;
    decimal.decimals = rounded.decimals;
    anomalies.mark('float_noise_rounded');
  }

  /** A flagged row is played like any other, and counted. */
  countSuspicious(): void {
    if (this.#suspicious === -1) return;
    const { bytes, cells } = this.#target.rows;
    const from = cells[2 * this.#suspicious]!;
    const to = cells[2 * this.#suspicious + 1]!;
    if (to - from === 1 && bytes[from] === 48) return;
    if (to - from === 1 && bytes[from] === 49) this.#target.anomalies.mark('suspicious');
    else if (to > from) throw this.#cells.fail(this.#suspicious, '0 or 1');
  }
}
