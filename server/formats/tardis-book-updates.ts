import type { RecordingFormat, RowLayout } from './recording-format.ts';
import type { RowCells, RowTarget } from './row-cells.ts';
import { TARDIS_COLUMNS, TardisTimes } from './tardis-columns.ts';

/**
 * exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount
 * deribit,BTC-PERPETUAL,1585699200245000,1585699200355684,true,ask,6421.5,18640
 * https://docs.tardis.dev/downloadable-csv-files#incremental_book_l2: one level a row; amount 0 removes the level; rows of one
 * message share their local_timestamp, and a run of snapshot rows after updates replaces the book.
 *
 * Our own exports number the events in one more column, `event`, where that would make one of two; a row without a level is then an
 * event without any.
 */
export const tardisBookUpdates: RecordingFormat = {
  name: 'tardis-incremental-book',
  title: 'Tardis incremental_book_L2',
  events: 'book',
  subject: 'updates',
  required: [...TARDIS_COLUMNS, 'is_snapshot', 'side', 'price', 'amount'],
  layout: (target, cells) => new TardisBookUpdates(target, cells),
};

/** Rows of one message become one event. */
class TardisBookUpdates implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #times: TardisTimes;
  readonly #venue: number;
  readonly #symbol: number;
  readonly #flag: number;
  readonly #side: number;
  readonly #places: { price: number; size: number };
  /** -1 where rows do not say to which event they belong. */
  readonly #eventCell: number;
  #event = -1;
  /** The message that is being put together; -1 = none. */
  #instrument = -1;
  #venueTimeUs = 0;
  #receiveTimeUs = 0;
  #isSnapshot = false;

  constructor(target: RowTarget, cells: RowCells) {
    const { columns } = target;
    this.#target = target;
    this.#cells = cells;
    this.#times = new TardisTimes(cells, columns);
    this.#venue = columns.indexOf('exchange');
    this.#symbol = columns.indexOf('symbol');
    this.#flag = columns.indexOf('is_snapshot');
    this.#side = columns.indexOf('side');
    this.#eventCell = columns.indexOf('event');
    this.#places = { price: columns.indexOf('price'), size: columns.indexOf('amount') };
  }

  row(): void {
    const cells = this.#cells;
    const { decimal } = cells;
    const { builder, anomalies } = this.#target;
    const instrument = cells.instrument(this.#venue, this.#symbol);
    const times = this.#times;
    times.read();
    const isSnapshot = cells.flag(this.#flag);
    const event = this.#eventCell === -1 ? -1 : cells.whole(this.#eventCell);
    const isWithoutLevel = event !== -1 && this.#target.rows.isEmpty(this.#side);
    const side = isWithoutLevel ? 'bid' : this.#bookSide();
    if (!isWithoutLevel) cells.price(this.#places.price);
    const price = decimal.mantissa;
    const priceDecimals = decimal.decimals;
    if (!isWithoutLevel) cells.size(this.#places.size);
    const isSameMessage =
      instrument === this.#instrument &&
      times.receiveTimeUs === this.#receiveTimeUs &&
      isSnapshot === this.#isSnapshot &&
      event === this.#event;
    if (!isSameMessage) this.finish();
    if (!isWithoutLevel) {
      const misfit = builder.level(
        instrument,
        side,
        price,
        priceDecimals,
        decimal.mantissa,
        decimal.decimals,
      );
      if (misfit !== 'none') cells.checkFit(misfit, this.#places);
    }
    this.#event = event;
    anomalies.row(instrument, times.venueTimeUs, times.receiveTimeUs);
    this.#instrument = instrument;
    this.#venueTimeUs = times.venueTimeUs;
    this.#receiveTimeUs = times.receiveTimeUs;
    this.#isSnapshot = isSnapshot;
  }

  #bookSide(): 'bid' | 'ask' {
    const side = this.#cells.word(this.#side);
    if (side === 'bid' || side === 'ask') return side;
    throw this.#cells.fail(this.#side, 'bid or ask');
  }

  finish(): void {
    if (this.#instrument === -1) return;
    this.#target.builder.book(this.#instrument, this.#venueTimeUs, this.#receiveTimeUs, this.#isSnapshot);
    this.#instrument = -1;
  }
}
