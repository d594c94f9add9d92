import { AGGRESSOR_UNKNOWN, type Aggressor } from '#protocol';
import { NO_TRADE_ID } from '../tape/event-block.ts';
import { CellInstruments, namePlaces, type NamePlaces } from './cell-instruments.ts';
import { isWholeHeader } from './plain-header.ts';
import { TIME_NAMES } from './plain-quotes.ts';
import type { RecordingFormat, RowLayout } from './recording-format.ts';
import { TIME_US_MAX, TIME_US_MIN, type RowCells, type RowTarget } from './row-cells.ts';
import { aggressorOfWord } from './side-word.ts';
import { CivilTime } from './civil-time.ts';

/** Words that mean the same, the plainest first. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  time: [...TIME_NAMES, 'epoch', 'timestamp_ms', 'timestamp_us', 'timestamp_ns', 'trade_time'],
  price: ['price', 'px', 'last', 'rate', 'trade_price'],
  size: ['size', 'amount', 'qty', 'quantity', 'volume', 'sz', 'trade_size'],
  side: ['side', 'taker_side', 'aggressor', 'direction'],
  id: ['id', 'trade_id', 'tid', 'tradeid'],
};
const HEADERLESS = ['time', 'price', 'size', 'side'];

/** The cell of each meaning, -1 where the file has none. */
type Places = NamePlaces & Readonly<Record<'time' | 'price' | 'size' | 'side' | 'id', number>>;

interface TradeFile {
  format: RecordingFormat;
  columns: readonly string[];
  hasHeader: boolean;
}

/**
 * Trades under a header with the usual words (time, price, size; side, id, symbol, venue where they are), or without one as time since
 * 1970, price, size and side: 1605499846,15993.5,0.026472,ANY. Null when the first row says something else.
 */
export function plainTrades(firstRow: readonly string[]): TradeFile | null {
  const columns = firstRow.map((name) => name.trim().toLowerCase().replaceAll(' ', '_'));
  const cellOf = (meaning: string) =>
    columns.indexOf(NAMES[meaning]!.find((name) => columns.includes(name)) ?? '-');
  const places: Places = {
    ...{ time: cellOf('time'), price: cellOf('price'), size: cellOf('size'), side: cellOf('side') },
    id: cellOf('id'),
    ...namePlaces(columns),
  };
  if (places.time !== -1 && places.price !== -1 && places.size !== -1 && isWholeHeader(firstRow, places))
    return { format: tradeFormat(places), columns, hasHeader: true };
  const [time, price, size, side] = firstRow;
  const isTrade =
    (firstRow.length === 3 || firstRow.length === 4) &&
    /^(?:\d{10}(?:\d{3}){0,3}|\d{10}\.\d+)$/.test(time!) &&
    [price, size].every((cell) => /^\d+(?:\.\d+)?$/.test(cell!)) &&
    (side === undefined || aggressorOfWord(side) !== null);
  if (!isTrade) return null;
  const found = {
    time: 0,
    price: 1,
    size: 2,
    side: side === undefined ? -1 : 3,
    id: -1,
    symbol: -1,
    venue: -1,
  };
  return { format: tradeFormat(found), columns: HEADERLESS.slice(0, firstRow.length), hasHeader: false };
}

function tradeFormat(places: Places): RecordingFormat {
  return {
    name: 'trades',
    title: 'trades',
    events: 'trade',
    subject: 'trades',
    required: [],
    layout: (target, cells) => new PlainTrades(target, cells, places),
  };
}

class PlainTrades implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #places: Places;
  readonly #instruments: CellInstruments;
  readonly #times = new CivilTime();

  constructor(target: RowTarget, cells: RowCells, places: Places) {
    this.#target = target;
    this.#cells = cells;
    this.#places = places;
    this.#instruments = new CellInstruments(target, places);
    target.anomalies.withoutReceiveTime();
  }

  row(): void {
    const cells = this.#cells;
    const { decimal } = cells;
    const { builder, anomalies } = this.#target;
    const { price: priceCell, size: sizeCell, id: idCell } = this.#places;
    const instrument = this.#instruments.ofRow();
    const timeUs = this.#timeUs();
    const aggressor = this.#aggressor();
    cells.price(priceCell);
    const price = decimal.mantissa;
    const priceDecimals = decimal.decimals;
    cells.size(sizeCell);
    const size = decimal.mantissa;
    const sizeDecimals = decimal.decimals;
    const idCode = idCell === -1 ? NO_TRADE_ID : cells.tradeId(idCell, instrument);
    anomalies.row(instrument, timeUs, timeUs);
    if (size === 0) {
      anomalies.zeroSize();
      return;
    }
    const misfit = builder.trade(
      instrument,
      timeUs,
      timeUs,
      price,
      priceDecimals,
      size,
      sizeDecimals,
      aggressor,
      idCode,
    );
    if (misfit !== 'none') cells.checkFit(misfit, { price: priceCell, size: sizeCell });
  }

  #timeUs(): number {
    const time = this.#times.ofCell(this.#target.rows, this.#places.time);
    if (time === null || time.timeUs < TIME_US_MIN || time.timeUs >= TIME_US_MAX)
      throw this.#cells.fail(
        this.#places.time,
        'a time from 1990 to 2099, such as 1605499846 or 2020-11-16T04:10:46Z',
      );
    if (!time.hasOffset) this.#target.anomalies.mark('times_taken_as_utc');
    return time.timeUs;
  }

  #aggressor(): Aggressor {
    const { side } = this.#places;
    if (side === -1) return AGGRESSOR_UNKNOWN;
    const word = this.#target.rows.cellText(side).trim();
    const aggressor = aggressorOfWord(word);
    if (aggressor !== null) return aggressor;
    // The trade took place, whatever the word means: 1 and A buy in one file and sell in another.
    this.#target.anomalies.mark('sides_not_understood');
    return AGGRESSOR_UNKNOWN;
  }

  finish(): void {}
}
