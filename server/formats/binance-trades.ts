import { AGGRESSOR_BUY, AGGRESSOR_SELL } from '#protocol';
import { RecordingError } from './recording-error.ts';
import type { RecordingFormat, RowLayout } from './recording-format.ts';
import { TIME_US_MAX, TIME_US_MIN, type RowCells, type RowTarget } from './row-cells.ts';
import { wholeNumber } from './decimal-cell.ts';

/**
 * Dumps of data.binance.vision (https://github.com/binance/binance-public-data). Spot files have no header and stamp milliseconds, from
 * 2025-01-01 microseconds; futures files have a header. The symbol stands in the file name only.
 *
 * 3735703161,61602.02000000,0.00491000,302.46591820,1723161905687,True,True
 */
const TRADES = ['id', 'price', 'qty', 'quote_qty', 'time', 'is_buyer_maker'];
const AGG_TRADES = [
  'agg_trade_id',
  'price',
  'quantity',
  'first_trade_id',
  'last_trade_id',
  'transact_time',
  'is_buyer_maker',
];
const BEST_MATCH = 'is_best_match';

export const binanceTrades = binanceFormat('binance-trades', 'Binance trades', TRADES);
/** Of contracts that are settled in the coin: the quantity is in contracts. */
export const binanceCoinTrades = binanceFormat(
  'binance-trades',
  'Binance trades',
  TRADES.map((name) => (name === 'quote_qty' ? 'base_qty' : name)),
);
export const binanceAggTrades = binanceFormat('binance-agg-trades', 'Binance aggTrades', AGG_TRADES);

function binanceFormat(name: string, title: string, required: string[]): RecordingFormat {
  const [id, price, size] = required as [string, string, string];
  const time = required.at(-2)!;
  return {
    name,
    title,
    events: 'trade',
    subject: 'trades',
    required,
    layout: (target, cells) => new BinanceTrades(target, cells, { id, price, size, time }),
  };
}

/**
 * The columns of a headerless row, or null when it is none: what tells the two dumps apart is where the time and the flags stand.
 */
export function binanceColumns(row: readonly string[]): readonly string[] | null {
  for (const columns of [TRADES, AGG_TRADES]) {
    const flags = row.slice(columns.length - 1);
    const isDump =
      (flags.length === 1 || flags.length === 2) &&
      flags.every((flag) => /^(?:true|false)$/i.test(flag)) &&
      /^\d{13}$|^\d{16}$/.test(row[columns.length - 2]!) &&
      row.slice(0, columns.length - 2).every((cell) => /^\d+(?:\.\d*)?$/.test(cell));
    if (isDump) return flags.length === 1 ? columns : [...columns, BEST_MATCH];
  }
  return null;
}

const MS_STAMP_MAX = 1e14;
const FILE_NAME = /^([^.-]+)-(?:trades|aggTrades)/i;

class BinanceTrades implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #instrument: number;
  readonly #id: number;
  readonly #places: { price: number; size: number };
  readonly #time: number;
  readonly #flag: number;

  constructor(
    target: RowTarget,
    cells: RowCells,
    names: { id: string; price: string; size: string; time: string },
  ) {
    const { columns } = target;
    this.#target = target;
    this.#cells = cells;
    this.#id = columns.indexOf(names.id);
    this.#places = { price: columns.indexOf(names.price), size: columns.indexOf(names.size) };
    this.#time = columns.indexOf(names.time);
    this.#flag = columns.indexOf('is_buyer_maker');
    const symbol = FILE_NAME.exec(target.fileName)?.[1];
    if (symbol === undefined)
      throw new RecordingError(
        'unknown-format',
        target.path,
        ' holds Binance trades without a symbol: expected it in the file name, as in BTCUSDT-trades-2024-08-08.csv.',
      );
    this.#instrument = cells.instrumentNamed(
      binanceVenue(symbol, hasHeaderAbove(target, this.#time)),
      symbol,
    );
    target.anomalies.withoutReceiveTime();
  }

  row(): void {
    const cells = this.#cells;
    const { decimal } = cells;
    const { builder, anomalies } = this.#target;
    const timeUs = binanceTimeUs(this.#target, cells, this.#time);
    cells.price(this.#places.price);
    const price = decimal.mantissa;
    const priceDecimals = decimal.decimals;
    cells.size(this.#places.size);
    const size = decimal.mantissa;
    // The buyer rested in the book, so the seller crossed the spread.
    const aggressor = cells.flag(this.#flag) ? AGGRESSOR_SELL : AGGRESSOR_BUY;
    const idCode = cells.tradeId(this.#id, this.#instrument);
    const misfit = builder.trade(
      this.#instrument,
      timeUs,
      timeUs,
      price,
      priceDecimals,
      size,
      decimal.decimals,
      aggressor,
      idCode,
    );
    if (misfit !== 'none') cells.checkFit(misfit, this.#places);
    anomalies.row(this.#instrument, timeUs, timeUs);
    if (size === 0) anomalies.zeroSize();
  }

  finish(): void {}
}

/** The same name trades in three places; only the futures dumps have a header. */
export function binanceVenue(symbol: string, hasHeader: boolean): string {
  if (!hasHeader) return 'binance';
  return /USD_/.test(symbol) ? 'binance-delivery' : 'binance-futures';
}

/** Whether the first row holds names: in the column of the time there is then no number. */
export function hasHeaderAbove({ rows }: RowTarget, time: number): boolean {
  const { view, cells } = rows;
  return Number.isNaN(wholeNumber(view, cells[2 * time]!, cells[2 * time + 1]!));
}

/** Milliseconds, or from 2025 on microseconds. @throws RecordingError */
export function binanceTimeUs({ rows }: RowTarget, cells: RowCells, time: number): number {
  const stamp = wholeNumber(rows.view, rows.cells[2 * time]!, rows.cells[2 * time + 1]!);
  const timeUs = stamp < MS_STAMP_MAX ? stamp * 1000 : stamp;
  if (timeUs >= TIME_US_MIN && timeUs < TIME_US_MAX) return timeUs;
  throw cells.fail(time, 'milli- or microseconds since 1970 of a time from 1990 to 2099');
}
