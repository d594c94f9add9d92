import type { RecordingError } from './recording-error.ts';
import { TIME_US_MAX, TIME_US_MIN, type RowCells, type RowTarget } from './row-cells.ts';
import { DBN_PRICE_PLACES } from './dbn-numbers.ts';
import { datasetPlace } from './dbn-symbols.ts';
import { timeOfText } from './time-text.ts';

/** What stands for "none" where prices are whole billionths, and where times are nanoseconds. */
const NO_PRICE = '9223372036854775807';
const NO_TIME = '18446744073709551615';
const POINT = 46;
/** Publishers that have a dataset of their own, https://databento.com/docs/standards-and-conventions/common-fields-enums-types. */
const DATASET_OF_PUBLISHER: Readonly<Record<string, string>> = { 1: 'GLBX.MDP3', 2: 'XNAS.ITCH' };

/** glbx-mdp3-20201228.trades.csv, as the portal of the vendor names its files. */
const FILE_NAME = /^([a-z]{4})-([a-z\d]+)-/;

/**
 * Cells of Databento's CSV, https://databento.com/docs/standards-and-conventions/encoding: prices are billionths or decimals
 * (`pretty_px`), times nanoseconds or ISO (`pretty_ts`); the cells themselves say which.
 */
export class DatabentoCells {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #venueCell: number;
  readonly #receiveCell: number;
  readonly #publisher: number;
  readonly #symbol: number;
  readonly #id: number;
  readonly #dataset: string;
  readonly #numbers = new Map<string, number>();

  constructor(target: RowTarget, cells: RowCells) {
    const { columns, fileName } = target;
    this.#target = target;
    this.#cells = cells;
    this.#venueCell = columns.indexOf('ts_event');
    this.#receiveCell = columns.indexOf('ts_recv');
    this.#publisher = columns.indexOf('publisher_id');
    this.#symbol = columns.indexOf('symbol');
    this.#id = columns.indexOf('instrument_id');
    const [, venue, feed] = FILE_NAME.exec(fileName) ?? [];
    this.#dataset = venue === undefined ? '' : `${venue}.${feed!}`.toUpperCase();
    if (this.#receiveCell === -1) target.anomalies.withoutReceiveTime();
  }

  /** Number of the instrument: by its symbol where the file has it, else by its id. */
  instrument(): number {
    const { rows, builder } = this.#target;
    const name = (this.#symbol === -1 ? '' : rows.cellText(this.#symbol)) || rows.cellText(this.#id);
    const publisher = rows.cellText(this.#publisher);
    const key = `${publisher}\0${name}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const dataset = this.#dataset || DATASET_OF_PUBLISHER[publisher] || '';
    const { venue, assetClass, currency } = datasetPlace(dataset);
    const number = builder.instruments.number(venue, name, assetClass, currency);
    this.#numbers.set(key, number);
    return number;
  }

  /** Us since 1970 of `ts_event`; of `ts_recv` where that is none. @throws RecordingError when neither is there */
  venueTimeUs(): number {
    const timeUs = this.#timeUs(this.#venueCell);
    return Number.isNaN(timeUs) ? this.#required(this.#receiveCell) : timeUs;
  }

  receiveTimeUs(): number {
    const timeUs = this.#receiveCell === -1 ? Number.NaN : this.#timeUs(this.#receiveCell);
    return Number.isNaN(timeUs) ? this.#required(this.#venueCell) : timeUs;
  }

  #required(cell: number): number {
    const timeUs = cell === -1 ? Number.NaN : this.#timeUs(cell);
    if (Number.isNaN(timeUs)) throw this.#cells.fail(this.#venueCell, 'a time here or in ts_recv');
    return timeUs;
  }

  #timeUs(cell: number): number {
    const { rows } = this.#target;
    if (rows.isEmpty(cell)) return Number.NaN;
    const text = rows.cellText(cell);
    if (text === NO_TIME) return Number.NaN;
    const time = timeOfText(text);
    if (time !== null && time.timeUs >= TIME_US_MIN && time.timeUs < TIME_US_MAX) return time.timeUs;
    throw this.#cells.fail(cell, 'nanoseconds since 1970 or an ISO time, from 1990 to 2099');
  }

  /** Reads a price into the decimal of the cells. False where there is none. @throws RecordingError */
  price(cell: number): boolean {
    const { rows } = this.#target;
    const from = rows.cells[2 * cell]!;
    const to = rows.cells[2 * cell + 1]!;
    if (from === to || (to - from === NO_PRICE.length && rows.cellText(cell) === NO_PRICE)) return false;
    this.#cells.price(cell);
    const at = rows.bytes.indexOf(POINT, from);
    if (at === -1 || at >= to) this.#cells.decimal.shift(DBN_PRICE_PLACES);
    return true;
  }

  /** A price that a row must have, in billionths; NaN for "none". @throws RecordingError */
  billionths(cell: number): number {
    if (!this.price(cell)) return Number.NaN;
    const { mantissa, decimals } = this.#cells.decimal;
    const places = DBN_PRICE_PLACES - decimals;
    const price = places < 0 ? Number.NaN : mantissa * 10 ** places;
    if (!Number.isSafeInteger(price)) throw this.#cells.fail(cell, 'a price in whole billionths of 53 bits');
    return price;
  }

  fail(cell: number, expected: string): RecordingError {
    return this.#cells.fail(cell, expected);
  }
}
