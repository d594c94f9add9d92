import { BarCells } from './bar-cells.ts';
import type { RecordingFormat, RowLayout } from './recording-format.ts';
import type { RowCells, RowTarget } from './row-cells.ts';
import { TARDIS_COLUMNS, TardisTimes } from './tardis-columns.ts';

const PRICES = ['open', 'high', 'low', 'close'];

/**
 * Bars as `tickwire export` writes them:
 * exchange,symbol,timestamp,local_timestamp,start,interval_s,open,high,low,close,volume
 * kraken,BTC-USD,1704067260000000,1704067260000000,1704067200000000,60,42280.1,42301,42280,42299.9,3.25
 */
export const tickwireBars: RecordingFormat = {
  name: 'tickwire-bars',
  title: 'Tickwire bars',
  events: 'bar',
  subject: 'bars',
  required: [...TARDIS_COLUMNS, 'start', 'interval_s', ...PRICES, 'volume'],
  layout: (target, cells) => new TickwireBars(target, cells),
};

class TickwireBars implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #times: TardisTimes;
  readonly #bar: BarCells;
  readonly #places: { venue: number; symbol: number; start: number; interval: number; volume: number };

  constructor(target: RowTarget, cells: RowCells) {
    const { columns } = target;
    this.#target = target;
    this.#cells = cells;
    this.#times = new TardisTimes(cells, columns);
    this.#bar = new BarCells(cells, columns);
    const cellOf = (name: string) => columns.indexOf(name);
    this.#places = {
      ...{ venue: cellOf('exchange'), symbol: cellOf('symbol') },
      ...{ start: cellOf('start'), interval: cellOf('interval_s'), volume: cellOf('volume') },
    };
  }

  row(): void {
    const cells = this.#cells;
    const { builder, anomalies, rows } = this.#target;
    const { venue, symbol, start, interval, volume } = this.#places;
    const instrument = cells.instrument(venue, symbol);
    this.#times.read();
    const { venueTimeUs, receiveTimeUs } = this.#times;
    const startUs = cells.timeUs(start);
    if (Number.isNaN(startUs)) throw cells.fail(start, 'the start of the bar');
    cells.price(interval);
    const seconds = cells.decimal.mantissa;
    if (cells.decimal.decimals > 0 || seconds < 1) throw cells.fail(interval, 'whole seconds, 1 or more');
    const bar = this.#bar.read(rows.isEmpty(volume));
    const misfit = builder.bar(instrument, venueTimeUs, receiveTimeUs, startUs, seconds, bar);
    if (misfit !== 'none') cells.checkFit(misfit, this.#bar.places);
    anomalies.bar(instrument, receiveTimeUs, seconds);
  }

  finish(): void {}
}
