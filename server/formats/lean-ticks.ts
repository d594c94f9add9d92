import { AGGRESSOR_UNKNOWN } from '#protocol';
import { NO_TRADE_ID } from '../tape/event-block.ts';
import { compareDecimals } from './decimal-compare.ts';
import { LeanCells } from './lean-cells.ts';
import type { LeanName } from './lean-name.ts';
import type { RowLayout } from './recording-format.ts';
import type { RowCells, RowTarget } from './row-cells.ts';

/** 31669457,1821000,300,P,2000,0: time, price, size, exchange, condition, suspicious. Nobody says who crossed the spread. */
export class LeanTrades implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #lean: LeanCells;
  readonly #places: { price: number; size: number };

  constructor(target: RowTarget, cells: RowCells, name: LeanName) {
    const { columns } = target;
    this.#target = target;
    this.#cells = cells;
    this.#lean = new LeanCells(target, cells, name);
    this.#places = { price: columns.indexOf('price'), size: columns.indexOf('size') };
  }

  row(): void {
    const cells = this.#cells;
    const lean = this.#lean;
    const { decimal } = cells;
    const { builder, anomalies } = this.#target;
    const { instrument } = lean;
    const timeUs = lean.timeUs();
    lean.price(this.#places.price);
    const price = decimal.mantissa;
    const priceDecimals = decimal.decimals;
    lean.size(this.#places.size);
    const size = decimal.mantissa;
    if (size === 0) {
      // A print of nothing is no trade: counted, and not played.
      anomalies.zeroSize();
    } else {
      const misfit = builder.trade(
        instrument,
        timeUs,
        timeUs,
        price,
        priceDecimals,
        size,
        decimal.decimals,
        AGGRESSOR_UNKNOWN,
        NO_TRADE_ID,
      );
      if (misfit !== 'none') cells.checkFit(misfit, this.#places);
    }
    lean.countSuspicious();
    anomalies.row(instrument, timeUs, timeUs);
  }

  finish(): void {}
}

/** 14400640,1800100,200,0,0,P,1,0: time, bid, bid size, ask, ask size, exchange, condition, suspicious. */
export class LeanQuotes implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #lean: LeanCells;
  readonly #places: { bid: number; bidSize: number; ask: number; askSize: number };

  constructor(target: RowTarget, cells: RowCells, name: LeanName) {
    const { columns } = target;
    this.#target = target;
    this.#cells = cells;
    this.#lean = new LeanCells(target, cells, name);
    this.#places = {
      bid: columns.indexOf('bid'),
      bidSize: columns.indexOf('bid size'),
      ask: columns.indexOf('ask'),
      askSize: columns.indexOf('ask size'),
    };
  }

  row(): void {
    const cells = this.#cells;
    const lean = this.#lean;
    const { decimal } = cells;
    const { builder, anomalies } = this.#target;
    const places = this.#places;
    const { instrument } = lean;
    const timeUs = lean.timeUs();
    const bid = lean.side(places.bid) ? decimal.mantissa : Number.NaN;
    const bidDecimals = decimal.decimals;
    const bidSize = this.#size(places.bidSize, bid);
    const bidSizeDecimals = decimal.decimals;
    const ask = lean.side(places.ask) ? decimal.mantissa : Number.NaN;
    const askDecimals = decimal.decimals;
    const askSize = this.#size(places.askSize, ask);
    const misfit = builder.quote(
      instrument,
      timeUs,
      timeUs,
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
    lean.countSuspicious();
    anomalies.row(instrument, timeUs, timeUs);
    anomalies.spread(compareDecimals(ask, askDecimals, bid, bidDecimals));
  }

  /** Currencies have no sizes, and a side that is not in the message has none either. */
  #size(cell: number, price: number): number {
    if (cell === -1 || Number.isNaN(price)) return Number.NaN;
    this.#lean.size(cell);
    return this.#cells.decimal.mantissa;
  }

  finish(): void {}
}
