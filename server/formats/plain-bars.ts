import type { BarNumbers } from '../tape/bar-numbers.ts';
import { BarCells } from './bar-cells.ts';
import { BarLengths } from './bar-lengths.ts';
import { CellInstruments, namePlaces } from './cell-instruments.ts';
import { CivilTime } from './civil-time.ts';
import { isWholeHeader } from './plain-header.ts';
import { TIME_NAMES } from './plain-quotes.ts';
import type { RecordingFormat, RowLayout } from './recording-format.ts';
import { TIME_US_MAX, TIME_US_MIN, type RowCells, type RowTarget } from './row-cells.ts';

const DAY_S = 86_400;
const SECOND_US = 1_000_000;
const SECONDS_OF_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: DAY_S };

/** Bars under a header with the usual words: date,open,high,low,close,volume; symbol and venue where they are. Null for other headers. */
export function plainBars(
  firstRow: readonly string[],
): { format: RecordingFormat; columns: readonly string[]; hasHeader: true } | null {
  const columns = firstRow.map((name) => name.trim().toLowerCase().replaceAll(' ', '_'));
  const time = columns.find((name) => TIME_NAMES.includes(name));
  if (time === undefined || !['open', 'high', 'low', 'close'].every((name) => columns.includes(name)))
    return null;
  const places = {
    ...{ ...pricePlaces(columns), time: columns.indexOf(time), volume: columns.indexOf('volume') },
    ...namePlaces(columns),
  };
  if (!isWholeHeader(firstRow, places)) return null;
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

function pricePlaces(columns: readonly string[]): Record<'open' | 'high' | 'low' | 'close', number> {
  const [open, high, low, close] = ['open', 'high', 'low', 'close'].map((name) => columns.indexOf(name));
  return { open: open!, high: high!, low: low!, close: close! };
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
  readonly #instruments: CellInstruments;
  readonly #isUtc: boolean;
  readonly #lengths: BarLengths;
  readonly #times = new CivilTime();

  constructor(target: RowTarget, cells: RowCells, time: string) {
    const { columns, fileName, anomalies } = target;
    this.#target = target;
    this.#cells = cells;
    this.#bar = new BarCells(cells, columns);
    this.#time = columns.indexOf(time);
    this.#isUtc = time.includes('utc') || time.includes('gmt');
    this.#lengths = new BarLengths(barSecondsOfName(fileName), (instrument, startUs, seconds, numbers) =>
      this.#add(instrument, startUs, seconds, numbers),
    );
    this.#instruments = new CellInstruments(target, namePlaces(columns));
    anomalies.withoutReceiveTime();
  }

  row(): void {
    const startUs = this.#startUs();
    this.#lengths.add(this.#instruments.ofRow(), startUs, this.#bar.read());
  }

  finish(): void {
    this.#lengths.finish();
  }

  #startUs(): number {
    const time = this.#times.ofCell(this.#target.rows, this.#time);
    if (time === null || time.timeUs < TIME_US_MIN || time.timeUs >= TIME_US_MAX)
      throw this.#cells.fail(
        this.#time,
        'a time from 1990 to 2099, such as 2013-01-02 or 2024-01-01 23:01:00',
      );
    if (!time.hasOffset && !time.isDate && !this.#isUtc) this.#target.anomalies.mark('times_taken_as_utc');
    return time.timeUs;
  }

  #add(instrument: number, startUs: number, seconds: number, bar: BarNumbers): void {
    const { builder, anomalies } = this.#target;
    const endUs = startUs + seconds * SECOND_US;
    const misfit = builder.bar(instrument, endUs, endUs, startUs, seconds, bar);
    if (misfit !== 'none') this.#cells.checkFit(misfit, this.#bar.places);
    anomalies.bar(instrument, endUs, seconds);
  }
}
