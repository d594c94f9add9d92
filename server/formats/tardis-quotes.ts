import { compareDecimals } from './decimal-compare.ts';
import type { RecordingFormat, RowLayout } from './recording-format.ts';
import type { RowCells, RowTarget } from './row-cells.ts';
import { TARDIS_COLUMNS, TardisTimes } from './tardis-columns.ts';

/**
 * exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount
 * huobi-dm-swap,BTC-USD,1588291201099000,1588291201234268,5494,8629.3,8629.2,806
 * https://docs.tardis.dev/downloadable-csv-files#quotes: an empty cell is a side without orders. Mind the order of the columns.
 */
export const tardisQuotes: RecordingFormat = {
  name: 'tardis-quotes',
  title: 'Tardis quotes',
  events: 'quote',
  subject: 'quotes',
  required: [...TARDIS_COLUMNS, 'ask_amount', 'ask_price', 'bid_price', 'bid_amount'],
  layout: (target, cells) => new TardisQuotes(target, cells),
};

class TardisQuotes implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #times: TardisTimes;
  readonly #venue: number;
  readonly #symbol: number;
  readonly #places: { bid: number; bidSize: number; ask: number; askSize: number };

  constructor(target: RowTarget, cells: RowCells) {
    const { columns } = target;
    this.#target = target;
    this.#cells = cells;
    this.#times = new TardisTimes(cells, columns);
    this.#venue = columns.indexOf('exchange');
    this.#symbol = columns.indexOf('symbol');
    this.#places = {
      bid: columns.indexOf('bid_price'),
      bidSize: columns.indexOf('bid_amount'),
      ask: columns.indexOf('ask_price'),
      askSize: columns.indexOf('ask_amount'),
    };
  }

  row(): void {
    const cells = this.#cells;
    const { decimal } = cells;
    const { builder, anomalies } = this.#target;
    const places = this.#places;
    const instrument = cells.instrument(this.#venue, this.#symbol);
    const times = this.#times;
    times.read();
    const bid = cells.optional(places.bid, 'price') ? decimal.mantissa : Number.NaN;
    const bidDecimals = decimal.decimals;
    const bidSize = cells.optional(places.bidSize, 'size') ? decimal.mantissa : Number.NaN;
    const bidSizeDecimals = decimal.decimals;
    const ask = cells.optional(places.ask, 'price') ? decimal.mantissa : Number.NaN;
    const askDecimals = decimal.decimals;
    const askSize = cells.optional(places.askSize, 'size') ? decimal.mantissa : Number.NaN;
    const misfit = builder.quote(
      instrument,
      times.venueTimeUs,
      times.receiveTimeUs,
      bid,
      bidDecimals,
      bidSize,
      bidSizeDecimals,
      ask,
      askDecimals,
      askSize,
      decimal.decimals,
    );
    if (misfit !== 'none') cells.checkFit(misfit, places);
    anomalies.row(instrument, times.venueTimeUs, times.receiveTimeUs);
    anomalies.spread(compareDecimals(ask, askDecimals, bid, bidDecimals));
  }

  finish(): void {}
}
