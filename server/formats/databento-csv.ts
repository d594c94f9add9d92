import { NO_TRADE_ID } from '../tape/event-block.ts';
import { emptyBar } from '../tape/bar-numbers.ts';
import type { Misfit } from '../tape/recording-builder.ts';
import { DatabentoCells } from './databento-cells.ts';
import { databentoAggressor, DatabentoOrders } from './databento-orders.ts';
import { compareDecimals } from './decimal-compare.ts';
import { DBN_PRICE_PLACES } from './dbn-numbers.ts';
import { LevelChanges } from './level-changes.ts';
import type { RecordingFormat, RowLayout } from './recording-format.ts';
import type { RowCells, RowTarget } from './row-cells.ts';

const BASE = ['ts_event', 'rtype', 'publisher_id', 'instrument_id'];
const SECOND_US = 1_000_000;
/** Record types of bars, and how long these are, s. */
const BAR_SECONDS: Readonly<Record<string, number>> = { 32: 1, 33: 60, 34: 3_600, 35: 86_400, 36: 86_400 };
const BAR_PRICES = ['open', 'high', 'low', 'close'] as const;

/**
 * ts_recv,ts_event,rtype,publisher_id,instrument_id,action,side,depth,price,size,flags,ts_in_delta,sequence,bid_px_00,...,symbol
 * 1609113600006150193,1609113600006001487,1,1,5482,A,A,0,3720500000000,1,128,17214,1170362,3720250000000,...,ESH1
 * https://databento.com/docs/schemas-and-data-formats: the columns say which schema it is.
 */
export const DATABENTO_FORMATS: readonly RecordingFormat[] = [
  format('mbo', 'updates', ['ts_recv', 'action', 'side', 'price', 'size', 'order_id', 'flags'], orders),
  format('mbp-10', 'quotes', ['ts_recv', 'bid_px_01', 'ask_px_01', 'bid_sz_01', 'ask_sz_01'], messages),
  format('mbp-1', 'quotes', ['ts_recv', 'bid_px_00', 'ask_px_00', 'bid_sz_00', 'ask_sz_00'], messages),
  format('ohlcv', 'bars', [...BAR_PRICES, 'volume'], (target, cells) => new Bars(target, cells)),
  format('trades', 'trades', ['ts_recv', 'action', 'side', 'price', 'size'], messages),
];

function format(
  schema: string,
  subject: RecordingFormat['subject'],
  columns: readonly string[],
  layout: RecordingFormat['layout'],
): RecordingFormat {
  const title = `Databento CSV (${schema})`;
  return {
    name: `databento-csv-${schema}`,
    title,
    events: 'several',
    subject,
    required: [...BASE, ...columns],
    layout,
  };
}

function orders(target: RowTarget, cells: RowCells): RowLayout {
  return new Orders(target, cells);
}

function messages(target: RowTarget, cells: RowCells): RowLayout {
  return new Messages(target, cells);
}

/** A number that a row has as such. */
function whole(target: RowTarget, cells: RowCells, cell: number): number {
  return target.rows.isEmpty(cell) ? 0 : cells.whole(cell);
}

class Orders implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #own: DatabentoCells;
  readonly #orders: DatabentoOrders;
  readonly #places: Record<'action' | 'side' | 'price' | 'size' | 'order_id' | 'flags', number>;

  constructor(target: RowTarget, cells: RowCells) {
    const cellOf = (name: string) => target.columns.indexOf(name);
    this.#target = target;
    this.#cells = cells;
    this.#own = new DatabentoCells(target, cells);
    this.#orders = new DatabentoOrders(target.builder, target.anomalies, target.counts);
    this.#places = {
      ...{ action: cellOf('action'), side: cellOf('side'), price: cellOf('price') },
      ...{ size: cellOf('size'), order_id: cellOf('order_id'), flags: cellOf('flags') },
    };
  }

  row(): void {
    const { rows } = this.#target;
    const { action, side, price, size, order_id: id, flags } = this.#places;
    const text = rows.cellText(id);
    const fault = this.#orders.take(this.#own.instrument(), {
      action: rows.cellText(action),
      side: rows.cellText(side),
      id: Number.isSafeInteger(Number(text)) ? Number(text) : text,
      price: this.#own.billionths(price),
      size: whole(this.#target, this.#cells, size),
      flags: whole(this.#target, this.#cells, flags),
      venueTimeUs: this.#own.venueTimeUs(),
      receiveTimeUs: this.#own.receiveTimeUs(),
    });
    if (fault !== null) throw this.#cells.fail(price, fault);
  }

  finish(): void {}
}

/** Trades, and quotes or the book beside each of them. */
class Messages implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #own: DatabentoCells;
  readonly #action: number;
  readonly #side: number;
  readonly #places: { price: number; size: number };
  /** Cells of each level: bid, ask, bid size, ask size. */
  readonly #levels: readonly (readonly [number, number, number, number])[];
  readonly #books = new Map<number, LevelChanges>();

  constructor(target: RowTarget, cells: RowCells) {
    const cellOf = (name: string) => target.columns.indexOf(name);
    this.#target = target;
    this.#cells = cells;
    this.#own = new DatabentoCells(target, cells);
    this.#action = cellOf('action');
    this.#side = cellOf('side');
    this.#places = { price: cellOf('price'), size: cellOf('size') };
    const levels: [number, number, number, number][] = [];
    for (let level = 0; ; level += 1) {
      const place = String(level).padStart(2, '0');
      const cellsOf = ['bid_px', 'ask_px', 'bid_sz', 'ask_sz'].map((name) => cellOf(`${name}_${place}`));
      if (cellsOf.includes(-1)) break;
      levels.push(cellsOf as [number, number, number, number]);
    }
    this.#levels = levels;
  }

  row(): void {
    const { anomalies, rows } = this.#target;
    const instrument = this.#own.instrument();
    const venueTimeUs = this.#own.venueTimeUs();
    const receiveTimeUs = this.#own.receiveTimeUs();
    const isTrade = this.#action !== -1 && rows.cellText(this.#action) === 'T';
    if (isTrade) this.#trade(instrument, venueTimeUs, receiveTimeUs);
    if (this.#levels.length === 1) this.#quote(instrument, venueTimeUs, receiveTimeUs);
    else if (this.#levels.length > 1) this.#book(instrument, venueTimeUs, receiveTimeUs);
    anomalies.row(instrument, venueTimeUs, receiveTimeUs);
  }

  dropRow(): void {
    this.#target.builder.dropLevels();
  }

  #trade(instrument: number, venueTimeUs: number, receiveTimeUs: number): void {
    const { builder, anomalies, counts, rows } = this.#target;
    const { price: priceCell, size: sizeCell } = this.#places;
    const { decimal } = this.#cells;
    if (!this.#own.price(priceCell)) throw this.#cells.fail(priceCell, 'the price of a trade');
    const { mantissa, decimals } = decimal;
    const size = this.#cells.whole(sizeCell);
    if (size === 0) {
      anomalies.zeroSize();
      return;
    }
    const side = databentoAggressor(rows.cellText(this.#side));
    const misfit = builder.trade(
      instrument,
      venueTimeUs,
      receiveTimeUs,
      mantissa,
      decimals,
      size,
      0,
      side,
      NO_TRADE_ID,
    );
    this.#cells.checkFit(misfit, this.#places);
    counts.trade += 1;
  }

  #quote(instrument: number, venueTimeUs: number, receiveTimeUs: number): void {
    const { builder, anomalies, counts } = this.#target;
    const { decimal } = this.#cells;
    const [bidCell, askCell, bidSizeCell, askSizeCell] = this.#levels[0]!;
    const hasBid = this.#own.price(bidCell);
    const bid = hasBid ? decimal.mantissa : Number.NaN;
    const bidDecimals = hasBid ? decimal.decimals : 0;
    const hasAsk = this.#own.price(askCell);
    const ask = hasAsk ? decimal.mantissa : Number.NaN;
    const askDecimals = hasAsk ? decimal.decimals : 0;
    const size = (cell: number) => whole(this.#target, this.#cells, cell);
    const misfit: Misfit = builder.quote(
      instrument,
      venueTimeUs,
      receiveTimeUs,
      bid,
      bidDecimals,
      hasBid ? size(bidSizeCell) : Number.NaN,
      0,
      ask,
      askDecimals,
      hasAsk ? size(askSizeCell) : Number.NaN,
      0,
    );
    const places = { bid: bidCell, ask: askCell, bidSize: bidSizeCell, askSize: askSizeCell };
    this.#cells.checkFit(misfit, places);
    counts.quote += 1;
    anomalies.spread(compareDecimals(ask, askDecimals, bid, bidDecimals));
  }

  #book(instrument: number, venueTimeUs: number, receiveTimeUs: number): void {
    const { builder, anomalies, counts } = this.#target;
    const book = this.#books.get(instrument) ?? new LevelChanges(DBN_PRICE_PLACES);
    this.#books.set(instrument, book);
    book.begin();
    for (const [bidCell, askCell, bidSizeCell, askSizeCell] of this.#levels) {
      const bid = this.#own.billionths(bidCell);
      const ask = this.#own.billionths(askCell);
      const bidSize = whole(this.#target, this.#cells, bidSizeCell);
      const askSize = whole(this.#target, this.#cells, askSizeCell);
      if (!Number.isNaN(bid) && bidSize > 0) book.bids.push(bid, bidSize);
      if (!Number.isNaN(ask) && askSize > 0) book.asks.push(ask, askSize);
    }
    const { misfit, hasEvent } = book.emit(builder, instrument, venueTimeUs, receiveTimeUs);
    this.#cells.checkFit(misfit, { price: this.#levels[0]![0], size: this.#levels[0]![2] });
    if (hasEvent) counts.book += 1;
    anomalies.spread(book.spread);
  }

  finish(): void {}
}

/** `ts_event` is the start of a bar, which is let out at its end. */
class Bars implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #own: DatabentoCells;
  readonly #prices: readonly (readonly [(typeof BAR_PRICES)[number], number])[];
  readonly #volume: number;
  readonly #type: number;
  readonly #bar = emptyBar();

  constructor(target: RowTarget, cells: RowCells) {
    this.#target = target;
    this.#cells = cells;
    this.#own = new DatabentoCells(target, cells);
    this.#prices = BAR_PRICES.map((name) => [name, target.columns.indexOf(name)]);
    this.#volume = target.columns.indexOf('volume');
    this.#type = target.columns.indexOf('rtype');
    target.anomalies.withoutReceiveTime();
  }

  row(): void {
    const { builder, anomalies, counts, rows } = this.#target;
    const seconds = BAR_SECONDS[rows.cellText(this.#type)];
    if (seconds === undefined) throw this.#cells.fail(this.#type, 'a record type of bars, from 32 to 36');
    const instrument = this.#own.instrument();
    const startUs = this.#own.venueTimeUs();
    const bar = this.#bar;
    for (const [name, cell] of this.#prices) {
      if (!this.#own.price(cell)) throw this.#cells.fail(cell, 'a price');
      bar[name].mantissa = this.#cells.decimal.mantissa;
      bar[name].decimals = this.#cells.decimal.decimals;
    }
    bar.volume.mantissa = this.#cells.whole(this.#volume);
    const endUs = startUs + seconds * SECOND_US;
    const misfit = builder.bar(instrument, endUs, endUs, startUs, seconds, bar);
    this.#cells.checkFit(misfit, { price: this.#prices[0]![1], size: this.#volume });
    counts.bar += 1;
    anomalies.bar(instrument, endUs, seconds);
  }

  finish(): void {}
}
