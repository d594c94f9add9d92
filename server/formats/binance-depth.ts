import { binanceTimeUs } from './binance-trades.ts';
import type { RecordingFormat, RowLayout } from './recording-format.ts';
import type { RowCells, RowTarget } from './row-cells.ts';

/**
 * Historical depth of futures (T_DEPTH of https://github.com/binance/binance-public-data), `..._depth_update.csv` and
 * `..._depth_snap.csv`: one level a row, milliseconds; rows of one message share their time and ids. `snap` replaces the book.
 *
 * symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu
 * BTCUSDT,1609459200000,10245,10312,b,set,28923.63,0.5,10244
 */
export const binanceDepth: RecordingFormat = {
  name: 'binance-depth',
  title: 'Binance depth',
  events: 'book',
  subject: 'updates',
  required: ['symbol', 'timestamp', 'last_update_id', 'side', 'update_type', 'price', 'qty'],
  layout: (target, cells) => new BinanceDepth(target, cells),
};

class BinanceDepth implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #places: Record<'symbol' | 'time' | 'lastId' | 'side' | 'type' | 'price' | 'size', number>;
  #symbolText = '';
  #number = -1;
  /** The message that is being put together; -1 = none. */
  #instrument = -1;
  #timeUs = 0;
  #lastId = '';
  #isSnapshot = false;

  constructor(target: RowTarget, cells: RowCells) {
    const cellOf = (name: string) => target.columns.indexOf(name);
    this.#target = target;
    this.#cells = cells;
    this.#places = {
      ...{ symbol: cellOf('symbol'), time: cellOf('timestamp'), lastId: cellOf('last_update_id') },
      ...{ side: cellOf('side'), type: cellOf('update_type'), price: cellOf('price'), size: cellOf('qty') },
    };
    target.anomalies.withoutReceiveTime();
  }

  row(): void {
    const cells = this.#cells;
    const { decimal } = cells;
    const { builder, anomalies, rows } = this.#target;
    const places = this.#places;
    const instrument = this.#instrumentOfRow();
    const timeUs = binanceTimeUs(this.#target, cells, places.time);
    const isSnapshot = cells.word(places.type) === 'snap';
    if (!isSnapshot && cells.word(places.type) !== 'set') throw cells.fail(places.type, 'set or snap');
    const side = cells.word(places.side);
    if (side !== 'a' && side !== 'b') throw cells.fail(places.side, 'a or b');
    cells.price(places.price);
    const price = decimal.mantissa;
    const priceDecimals = decimal.decimals;
    cells.size(places.size);
    const lastId = rows.cellText(places.lastId);
    const isSameMessage =
      instrument === this.#instrument &&
      timeUs === this.#timeUs &&
      isSnapshot === this.#isSnapshot &&
      lastId === this.#lastId;
    if (!isSameMessage) this.finish();
    const name = side === 'b' ? 'bid' : 'ask';
    const misfit = builder.level(instrument, name, price, priceDecimals, decimal.mantissa, decimal.decimals);
    cells.checkFit(misfit, places);
    anomalies.row(instrument, timeUs, timeUs);
    this.#instrument = instrument;
    this.#timeUs = timeUs;
    this.#isSnapshot = isSnapshot;
    this.#lastId = lastId;
  }

  #instrumentOfRow(): number {
    const symbol = this.#target.rows.cellText(this.#places.symbol);
    if (symbol === this.#symbolText) return this.#number;
    if (symbol === '') throw this.#cells.fail(this.#places.symbol, 'a symbol');
    this.#symbolText = symbol;
    const venue = /USD_/.test(symbol) ? 'binance-delivery' : 'binance-futures';
    this.#number = this.#cells.instrumentNamed(venue, symbol);
    return this.#number;
  }

  finish(): void {
    if (this.#instrument === -1) return;
    this.#target.builder.book(this.#instrument, this.#timeUs, this.#timeUs, this.#isSnapshot);
    this.#instrument = -1;
  }
}
