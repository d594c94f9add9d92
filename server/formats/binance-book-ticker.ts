import { binanceTimeUs } from './binance-trades.ts';
import { compareDecimals } from './decimal-compare.ts';
import { RecordingError } from './recording-error.ts';
import type { RecordingFormat, RowLayout } from './recording-format.ts';
import type { RowCells, RowTarget } from './row-cells.ts';

/**
 * Best prices of futures at data.binance.vision (https://github.com/binance/binance-public-data): milliseconds. `event_time` is when the
 * venue sent it, the nearest to an arrival that there is. The symbol stands in the file name only.
 *
 * update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time
 * 3824438386391,42283.50000000,12.61600000,42283.60000000,3.27300000,1704067200005,1704067200010
 */
const PLACES = ['best_bid_price', 'best_bid_qty', 'best_ask_price', 'best_ask_qty'] as const;

export const binanceBookTicker: RecordingFormat = {
  name: 'binance-book-ticker',
  title: 'Binance bookTicker',
  events: 'quote',
  subject: 'quotes',
  required: [...PLACES, 'transaction_time', 'event_time'],
  layout: (target, cells) => new BookTicker(target, cells),
};

const FILE_NAME = /^([A-Z\d]+(?:_PERP|_\d{6})?)-bookTicker/i;

class BookTicker implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #instrument: number;
  readonly #places: { bid: number; bidSize: number; ask: number; askSize: number };
  readonly #time: number;
  readonly #sent: number;

  constructor(target: RowTarget, cells: RowCells) {
    const [bid, bidSize, ask, askSize] = PLACES.map((name) => target.columns.indexOf(name));
    this.#target = target;
    this.#cells = cells;
    this.#places = { bid: bid!, bidSize: bidSize!, ask: ask!, askSize: askSize! };
    this.#time = target.columns.indexOf('transaction_time');
    this.#sent = target.columns.indexOf('event_time');
    const symbol = FILE_NAME.exec(target.fileName)?.[1];
    if (symbol === undefined)
      throw new RecordingError(
        'unknown-format',
        target.path,
        ' holds Binance bookTicker without a symbol: expected it in the file name, as in BTCUSDT-bookTicker-2024-01-01.csv.',
      );
    const venue = /USD_/.test(symbol) ? 'binance-delivery' : 'binance-futures';
    this.#instrument = cells.instrumentNamed(venue, symbol);
  }

  row(): void {
    const cells = this.#cells;
    const { decimal } = cells;
    const { builder, anomalies } = this.#target;
    const places = this.#places;
    const venueTimeUs = binanceTimeUs(this.#target, cells, this.#time);
    const sentTimeUs = binanceTimeUs(this.#target, cells, this.#sent);
    cells.price(places.bid);
    const bid = decimal.mantissa;
    const bidDecimals = decimal.decimals;
    cells.size(places.bidSize);
    const bidSize = decimal.mantissa;
    const bidSizeDecimals = decimal.decimals;
    cells.price(places.ask);
    const ask = decimal.mantissa;
    const askDecimals = decimal.decimals;
    cells.size(places.askSize);
    const misfit = builder.quote(
      this.#instrument,
      venueTimeUs,
      sentTimeUs,
      bid,
      bidDecimals,
      bidSize,
      bidSizeDecimals,
      ask,
      askDecimals,
      decimal.mantissa,
      decimal.decimals,
    );
    cells.checkFit(misfit, places);
    anomalies.row(this.#instrument, venueTimeUs, sentTimeUs);
    anomalies.spread(compareDecimals(ask, askDecimals, bid, bidDecimals));
  }

  finish(): void {}
}
