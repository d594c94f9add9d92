import { AGGRESSOR_BUY, AGGRESSOR_SELL, AGGRESSOR_UNKNOWN, type Aggressor } from '#protocol';
import { NO_TRADE_ID } from '../tape/event-block.ts';
import type { RecordingFormat, RowLayout } from './recording-format.ts';
import type { RowCells, RowTarget } from './row-cells.ts';
import { TARDIS_COLUMNS, TardisTimes } from './tardis-columns.ts';

/**
 * exchange,symbol,timestamp,local_timestamp,id,side,price,amount
 * binance-futures,BTCUSDT,1721347022956000,1721347021434994,5182005737,sell,63943.90,0.003
 * https://docs.tardis.dev/downloadable-csv-files#trades: `side` is the aggressor, buy, sell or unknown.
 */
export const tardisTrades: RecordingFormat = {
  name: 'tardis-trades',
  title: 'Tardis trades',
  events: 'trade',
  subject: 'trades',
  required: [...TARDIS_COLUMNS, 'side', 'price', 'amount'],
  layout: (target, cells) => new TardisTrades(target, cells),
};

class TardisTrades implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #times: TardisTimes;
  readonly #id: number;
  readonly #side: number;
  readonly #price: number;
  readonly #amount: number;
  readonly #venue: number;
  readonly #symbol: number;

  constructor(target: RowTarget, cells: RowCells) {
    const { columns } = target;
    this.#target = target;
    this.#cells = cells;
    this.#times = new TardisTimes(cells, columns);
    this.#venue = columns.indexOf('exchange');
    this.#symbol = columns.indexOf('symbol');
    this.#id = columns.indexOf('id');
    this.#side = columns.indexOf('side');
    this.#price = columns.indexOf('price');
    this.#amount = columns.indexOf('amount');
  }

  row(): void {
    const cells = this.#cells;
    const { builder, anomalies } = this.#target;
    const instrument = cells.instrument(this.#venue, this.#symbol);
    const times = this.#times;
    times.read();
    const aggressor = this.#aggressor();
    cells.price(this.#price);
    const price = cells.decimal.mantissa;
    const priceDecimals = cells.decimal.decimals;
    cells.size(this.#amount);
    const size = cells.decimal.mantissa;
    const idCode = this.#id === -1 ? NO_TRADE_ID : cells.tradeId(this.#id, instrument);
    const misfit = builder.trade(
      instrument,
      times.venueTimeUs,
      times.receiveTimeUs,
      price,
      priceDecimals,
      size,
      cells.decimal.decimals,
      aggressor,
      idCode,
    );
    if (misfit !== 'none') cells.checkFit(misfit, { price: this.#price, size: this.#amount });
    anomalies.row(instrument, times.venueTimeUs, times.receiveTimeUs);
    if (size === 0) anomalies.zeroSize();
  }

  #aggressor(): Aggressor {
    const side = this.#cells.word(this.#side);
    if (side === 'buy') return AGGRESSOR_BUY;
    if (side === 'sell') return AGGRESSOR_SELL;
    if (side === 'unknown' || side === '') return AGGRESSOR_UNKNOWN;
    throw this.#cells.fail(this.#side, 'buy, sell or unknown');
  }

  finish(): void {}
}
