import { compareDecimals } from './decimal-compare.ts';
import type { RecordingFormat, RowLayout } from './recording-format.ts';
import type { RowCells, RowTarget } from './row-cells.ts';
import { TARDIS_COLUMNS, TardisTimes } from './tardis-columns.ts';

/**
 * exchange,symbol,timestamp,local_timestamp,asks[0].price,asks[0].amount,bids[0].price,bids[0].amount,asks[1].price,...
 * https://docs.tardis.dev/downloadable-csv-files#book_snapshot_25: best first, empty cells where the book is shallower. Any depth.
 */
export const tardisBookSnapshot: RecordingFormat = {
  name: 'tardis-book-snapshot',
  title: 'Tardis book_snapshot_N',
  events: 'book',
  subject: 'quotes',
  required: [...TARDIS_COLUMNS, 'asks[0].price', 'asks[0].amount', 'bids[0].price', 'bids[0].amount'],
  layout: (target, cells) => new TardisBookSnapshot(target, cells),
};

/** Cells of one level. */
interface LevelCells {
  price: number;
  size: number;
}

class TardisBookSnapshot implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #times: TardisTimes;
  readonly #venue: number;
  readonly #symbol: number;
  readonly #bids: LevelCells[];
  readonly #asks: LevelCells[];
  #bestPrice = Number.NaN;
  #bestDecimals = 0;

  constructor(target: RowTarget, cells: RowCells) {
    const { columns } = target;
    this.#target = target;
    this.#cells = cells;
    this.#times = new TardisTimes(cells, columns);
    this.#venue = columns.indexOf('exchange');
    this.#symbol = columns.indexOf('symbol');
    this.#bids = levelCells(columns, 'bids');
    this.#asks = levelCells(columns, 'asks');
  }

  row(): void {
    const cells = this.#cells;
    const { builder, anomalies } = this.#target;
    const instrument = cells.instrument(this.#venue, this.#symbol);
    const times = this.#times;
    times.read();
    this.#side(instrument, 'bid', this.#bids);
    const bid = this.#bestPrice;
    const bidDecimals = this.#bestDecimals;
    this.#side(instrument, 'ask', this.#asks);
    builder.book(instrument, times.venueTimeUs, times.receiveTimeUs, true);
    anomalies.row(instrument, times.venueTimeUs, times.receiveTimeUs);
    anomalies.spread(compareDecimals(this.#bestPrice, this.#bestDecimals, bid, bidDecimals));
  }

  #side(instrument: number, side: 'bid' | 'ask', levels: readonly LevelCells[]): void {
    const cells = this.#cells;
    const { decimal } = cells;
    const { builder } = this.#target;
    this.#bestPrice = Number.NaN;
    for (const level of levels) {
      if (!cells.optional(level.price, 'price')) continue;
      const price = decimal.mantissa;
      const priceDecimals = decimal.decimals;
      cells.size(level.size);
      const misfit = builder.level(
        instrument,
        side,
        price,
        priceDecimals,
        decimal.mantissa,
        decimal.decimals,
      );
      if (misfit !== 'none') cells.checkFit(misfit, level);
      if (Number.isNaN(this.#bestPrice)) {
        this.#bestPrice = price;
        this.#bestDecimals = priceDecimals;
      }
    }
  }

  dropRow(): void {
    this.#target.builder.dropLevels();
  }

  finish(): void {}
}

/** Levels count from 0 up to the first that the header does not have. */
function levelCells(columns: readonly string[], side: 'bids' | 'asks'): LevelCells[] {
  const places = new Map(columns.map((name, cell) => [name, cell]));
  const levels: LevelCells[] = [];
  for (;;) {
    const price = places.get(`${side}[${levels.length}].price`);
    const size = places.get(`${side}[${levels.length}].amount`);
    if (price === undefined || size === undefined) return levels;
    levels.push({ price, size });
  }
}
