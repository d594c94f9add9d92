import { copyBar, type BarNumbers } from '../tape/bar-numbers.ts';
import { BarCells } from './bar-cells.ts';
import { TIME_NAMES } from './plain-quotes.ts';
import type { RecordingFormat, RowLayout } from './recording-format.ts';
import { TIME_US_MAX, TIME_US_MIN, type RowCells, type RowTarget } from './row-cells.ts';
import { symbolOfFile } from './symbol-name.ts';
import { timeOfText } from './time-text.ts';

const DAY_S = 86_400;
const SECOND_US = 1_000_000;
/** Rows that wait until the smallest step between them is known: gaps are longer than a bar, nothing is shorter. */
const WAITING_MAX = 64;
const SECONDS_OF_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: DAY_S };

/** Bars of one instrument under a header with the usual words: date,open,high,low,close,volume. Null for other headers. */
export function plainBars(
  firstRow: readonly string[],
): { format: RecordingFormat; columns: readonly string[]; hasHeader: true } | null {
  const columns = firstRow.map((name) => name.trim().toLowerCase().replaceAll(' ', '_'));
  const time = columns.find((name) => TIME_NAMES.includes(name));
  if (time === undefined || !['open', 'high', 'low', 'close'].every((name) => columns.includes(name)))
    return null;
  const format: RecordingFormat = {
    name: 'bars',
    title: 'bars',
    events: 'bar',
    subject: 'bars',
    required: [],
    layout: (target, cells) => new PlainBars(target, cells, time),
  };
  return { format, columns, hasHeader: true };
}

/** 5m, 1h, 1d in a file name. */
export function barSecondsOfName(fileName: string): number {
  const [, count, unit] = /[-_.](\d{1,3})(s|m|h|d)(?=[-_.])/.exec(fileName) ?? [];
  return count === undefined ? Number.NaN : Number(count) * SECONDS_OF_UNIT[unit!]!;
}

/** Rows are taken to be stamped with the start of their bar, which is let out at its end. */
class PlainBars implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #bar: BarCells;
  readonly #time: number;
  readonly #instrument: number;
  readonly #isUtc: boolean;
  #seconds: number;
  #waiting: { startUs: number; bar: BarNumbers }[] = [];

  constructor(target: RowTarget, cells: RowCells, time: string) {
    const { columns, fileName, builder, anomalies } = target;
    this.#target = target;
    this.#cells = cells;
    this.#bar = new BarCells(cells, columns);
    this.#time = columns.indexOf(time);
    this.#isUtc = time.includes('utc') || time.includes('gmt');
    this.#seconds = barSecondsOfName(fileName);
    const { venue, symbol, assetClass, currency } = symbolOfFile(fileName);
    this.#instrument = builder.instruments.number(venue, symbol, assetClass, currency);
    anomalies.withoutReceiveTime();
  }

  row(): void {
    const startUs = this.#startUs();
    const bar = this.#bar.read();
    if (!Number.isNaN(this.#seconds)) {
      this.#add(startUs, bar);
      return;
    }
    this.#waiting.push({ startUs, bar: copyBar(bar) });
    if (this.#waiting.length === WAITING_MAX) this.#settle();
  }

  finish(): void {
    this.#settle();
  }

  #startUs(): number {
    const time = timeOfText(this.#target.rows.cellText(this.#time));
    if (time === null || time.timeUs < TIME_US_MIN || time.timeUs >= TIME_US_MAX)
      throw this.#cells.fail(
        this.#time,
        'a time from 1990 to 2099, such as 2013-01-02 or 2024-01-01 23:01:00',
      );
    if (!time.hasOffset && !time.isDate && !this.#isUtc) this.#target.anomalies.mark('times_taken_as_utc');
    return time.timeUs;
  }

  #settle(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    const steps = waiting.slice(1).map(({ startUs }, at) => Math.abs(startUs - waiting[at]!.startUs));
    const shortest = Math.min(...steps.filter((step) => step >= SECOND_US));
    // A single row is a day: so are the files that have few.
    this.#seconds = Number.isFinite(shortest) ? Math.round(shortest / SECOND_US) : DAY_S;
    for (const { startUs, bar } of waiting) this.#add(startUs, bar);
  }

  #add(startUs: number, bar: BarNumbers): void {
    const { builder, anomalies } = this.#target;
    const endUs = startUs + this.#seconds * SECOND_US;
    const misfit = builder.bar(this.#instrument, endUs, endUs, startUs, this.#seconds, bar);
    if (misfit !== 'none') this.#cells.checkFit(misfit, this.#bar.places);
    anomalies.bar(this.#instrument, endUs, this.#seconds);
  }
}
