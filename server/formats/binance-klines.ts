import { BarCells } from './bar-cells.ts';
import { binanceTimeUs, binanceVenue, hasHeaderAbove } from './binance-trades.ts';
import { RecordingError } from './recording-error.ts';
import type { RecordingFormat, RowLayout } from './recording-format.ts';
import type { RowCells, RowTarget } from './row-cells.ts';

/**
 * Bars of data.binance.vision (https://github.com/binance/binance-public-data#klines): on spot without a header, milliseconds, from
 * 2025-01-01 microseconds. The symbol stands in the file name only.
 *
 * 1637971200000,0.00002853,0.00002854,0.00002851,0.00002854,36304.20000000,1637971259999,1.03547608,79,19523.00000000,0.55694227,0
 */
const COLUMNS = [
  'open_time',
  ...['open', 'high', 'low', 'close', 'volume'],
  'close_time',
  ...['quote_volume', 'count', 'taker_buy_volume', 'taker_buy_quote_volume', 'ignore'],
];

export const binanceKlines: RecordingFormat = {
  name: 'binance-klines',
  title: 'Binance klines',
  events: 'bar',
  subject: 'bars',
  required: COLUMNS.slice(0, 7),
  layout: (target, cells) => new BinanceKlines(target, cells),
};

/** The columns of a headerless row, or null when it is none. */
export function klineColumns(row: readonly string[]): readonly string[] | null {
  const isStamp = (cell: string | undefined) => /^\d{13}$|^\d{16}$/.test(cell ?? '');
  const isDump =
    row.length === COLUMNS.length &&
    isStamp(row[0]) &&
    isStamp(row[6]) &&
    row.every((cell) => /^\d+(?:\.\d*)?$/.test(cell));
  return isDump ? COLUMNS : null;
}

/** BTCUSDT-1m-2024-01, or the same words in another order of others. */
const FILE_NAME = /(?:^|[-_])([A-Z\d]{4,}(?:_PERP|_\d{6})?)[-_]\d{1,2}(?:s|m|h|d|w|mo|M)(?=[-_.]|$)/;
const SECOND_US = 1_000_000;

class BinanceKlines implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #instrument: number;
  readonly #bar: BarCells;
  readonly #openTime: number;
  readonly #closeTime: number;

  constructor(target: RowTarget, cells: RowCells) {
    const { columns } = target;
    this.#target = target;
    this.#cells = cells;
    this.#bar = new BarCells(cells, columns);
    this.#openTime = columns.indexOf('open_time');
    this.#closeTime = columns.indexOf('close_time');
    const symbol = FILE_NAME.exec(target.fileName)?.[1];
    if (symbol === undefined)
      throw new RecordingError(
        'unknown-format',
        target.path,
        ' holds Binance klines without a symbol: expected it in the file name, as in BTCUSDT-1m-2024-08-08.csv.',
      );
    this.#instrument = cells.instrumentNamed(
      binanceVenue(symbol, hasHeaderAbove(target, this.#openTime)),
      symbol,
    );
    target.anomalies.withoutReceiveTime();
  }

  row(): void {
    const cells = this.#cells;
    const { builder, anomalies } = this.#target;
    const startUs = binanceTimeUs(this.#target, cells, this.#openTime);
    const lastUs = binanceTimeUs(this.#target, cells, this.#closeTime);
    // The last moment of the bar is written, in the file's unit: ...59999 of a minute.
    const seconds = Math.round((lastUs - startUs) / SECOND_US);
    if (seconds < 1) throw cells.fail(this.#closeTime, 'a time at least a second after open_time');
    const endUs = startUs + seconds * SECOND_US;
    const misfit = builder.bar(this.#instrument, endUs, endUs, startUs, seconds, this.#bar.read());
    if (misfit !== 'none') cells.checkFit(misfit, this.#bar.places);
    anomalies.bar(this.#instrument, endUs, seconds);
  }

  finish(): void {}
}
