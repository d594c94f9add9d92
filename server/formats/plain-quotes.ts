import { CellInstruments, namePlaces } from './cell-instruments.ts';
import { CivilTime } from './civil-time.ts';
import { compareDecimals } from './decimal-compare.ts';
import { isWholeHeader } from './plain-header.ts';
import type { RecordingFormat, RowLayout } from './recording-format.ts';
import { TIME_US_MAX, TIME_US_MIN, type RowCells, type RowTarget } from './row-cells.ts';
import { instrumentOf } from './symbol-name.ts';
import { ZoneTime } from './zone-time.ts';

/** Names under which a time stands in files with a header. */
export const TIME_NAMES =
  'timestamp time datetime date timestamp_utc time_utc datetime_utc date_utc gmt_time local_time ts'.split(
    ' ',
  );
const DAY_MS = 86_400_000;

/** TrueFX (https://www.truefx.com): EUR/USD,20090501 00:00:00.161,1.32288,1.32298, in UTC. */
const TRUEFX = ['pair', 'time', 'bid', 'ask'];
/** HistData (https://www.histdata.com/f-a-q/data-files-detailed-specification): 20120201 000000295,1.306600,1.306770,0, in UTC-5. */
const HISTDATA = ['time', 'bid', 'ask', 'volume'];
const HISTDATA_ZONE = 'Etc/GMT+5';

interface QuoteFile {
  format: RecordingFormat;
  columns: readonly string[];
  hasHeader: boolean;
}

/** Quotes with best prices and no more, of one instrument or with symbols; null when the first row says something else. */
export function plainQuotes(firstRow: readonly string[]): QuoteFile | null {
  const names = firstRow.map((name) => name.trim().toLowerCase().replaceAll(' ', '_'));
  const time = names.find((name) => TIME_NAMES.includes(name));
  if (time !== undefined && names.includes('bid') && names.includes('ask') && isWhole(firstRow, names, time))
    return { format: quoteFormat('quotes', 'quotes', time, 'UTC'), columns: names, hasHeader: true };
  const isPrice = (cell: string | undefined) => /^\d+\.\d+$/.test(cell ?? '');
  if (firstRow.length !== 4) return null;
  const [first, second, third] = firstRow;
  if (/^[A-Z]{3}\/[A-Z]{3}$/.test(first!) && /^\d{8} \d\d:\d\d:\d\d\.\d+$/.test(second!) && isPrice(third))
    return {
      format: quoteFormat('truefx-quotes', 'TrueFX quotes', 'time', 'UTC'),
      columns: TRUEFX,
      hasHeader: false,
    };
  if (/^\d{8} \d{9}$/.test(first!) && isPrice(second) && isPrice(third))
    return {
      format: quoteFormat('histdata-quotes', 'HistData quotes', 'time', HISTDATA_ZONE),
      columns: HISTDATA,
      hasHeader: false,
    };
  return null;
}

function isWhole(firstRow: readonly string[], names: readonly string[], time: string): boolean {
  return isWholeHeader(firstRow, {
    ...{ time: names.indexOf(time), bid: names.indexOf('bid'), ask: names.indexOf('ask') },
    ...{
      bidSize: sizeColumn(names, 'bid'),
      askSize: sizeColumn(names, 'ask'),
    },
    ...namePlaces(names),
  });
}

function quoteFormat(name: string, title: string, time: string, zone: string): RecordingFormat {
  return {
    name,
    title,
    events: 'quote',
    subject: 'quotes',
    required: [],
    layout: (target, cells) => new PlainQuotes(target, cells, time, zone),
  };
}

/** Where a size stands, under the names that are usual. */
function sizeColumn(columns: readonly string[], side: 'bid' | 'ask'): number {
  return columns.findIndex((name) =>
    [`${side}_size`, `${side}size`, `${side}_volume`, `${side}volume`, `${side}_qty`].includes(name),
  );
}

class PlainQuotes implements RowLayout {
  readonly #target: RowTarget;
  readonly #cells: RowCells;
  readonly #zone: ZoneTime;
  readonly #time: number;
  readonly #pair: number;
  readonly #places: { bid: number; bidSize: number; ask: number; askSize: number };
  readonly #assumesUtc: boolean;
  readonly #times = new CivilTime();
  /** Where rows name a pair, they are TrueFX's. */
  readonly #instruments: CellInstruments;
  #pairText = '';
  #instrument = -1;

  constructor(target: RowTarget, cells: RowCells, time: string, zone: string) {
    const { columns } = target;
    this.#target = target;
    this.#cells = cells;
    this.#zone = new ZoneTime(zone);
    this.#time = columns.indexOf(time);
    const names = namePlaces(columns);
    this.#pair = names.venue === -1 ? columns.indexOf('pair') : -1;
    this.#instruments = new CellInstruments(target, names);
    this.#assumesUtc =
      columns !== TRUEFX && columns !== HISTDATA && !time.includes('utc') && !time.includes('gmt');
    this.#places = {
      bid: columns.indexOf('bid'),
      bidSize: sizeColumn(columns, 'bid'),
      ask: columns.indexOf('ask'),
      askSize: sizeColumn(columns, 'ask'),
    };
    target.anomalies.withoutReceiveTime();
  }

  row(): void {
    const cells = this.#cells;
    const { decimal } = cells;
    const { builder, anomalies } = this.#target;
    const places = this.#places;
    const instrument = this.#pair === -1 ? this.#instruments.ofRow() : this.#instrumentOfPair();
    const timeUs = this.#timeUs();
    const bid = this.#price(places.bid);
    const bidDecimals = decimal.decimals;
    const bidSize = this.#size(places.bidSize);
    const bidSizeDecimals = decimal.decimals;
    const ask = this.#price(places.ask);
    const askDecimals = decimal.decimals;
    const askSize = this.#size(places.askSize);
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
    anomalies.row(instrument, timeUs, timeUs);
    anomalies.spread(compareDecimals(ask, askDecimals, bid, bidDecimals));
  }

  #price(cell: number): number {
    return this.#cells.optional(cell, 'price') ? this.#cells.decimal.mantissa : Number.NaN;
  }

  #size(cell: number): number {
    return cell !== -1 && this.#cells.optional(cell, 'size') ? this.#cells.decimal.mantissa : Number.NaN;
  }

  #timeUs(): number {
    const time = this.#times.ofCell(this.#target.rows, this.#time);
    if (time === null || time.timeUs < TIME_US_MIN || time.timeUs >= TIME_US_MAX)
      throw this.#cells.fail(this.#time, 'a time from 1990 to 2099, such as 2013-01-01 22:00:00.295+00:00');
    if (time.hasOffset) return time.timeUs;
    if (this.#assumesUtc) this.#target.anomalies.mark('times_taken_as_utc');
    const wallMs = Math.floor(time.timeUs / 1000);
    const timeMs = wallMs % DAY_MS;
    return time.timeUs - this.#zone.offsetMs(wallMs - timeMs, timeMs) * 1000;
  }

  #instrumentOfPair(): number {
    const pair = this.#target.rows.cellText(this.#pair);
    if (pair === this.#pairText) return this.#instrument;
    if (pair === '') throw this.#cells.fail(this.#pair, 'a pair such as EUR/USD');
    this.#pairText = pair;
    const { venue, symbol, assetClass, currency } = instrumentOf('truefx', pair);
    this.#instrument = this.#target.builder.instruments.number(venue, symbol, assetClass, currency);
    return this.#instrument;
  }

  finish(): void {}
}
