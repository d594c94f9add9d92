import {
  AGGRESSOR_NAMES,
  BAR_INTERVALS,
  BAR_INTERVAL_SECONDS,
  stepsToText,
  type DictionaryEntry,
  type QuoteColumns,
  type WireChange,
} from '#protocol';
import type { MirroredTrade } from '../../src/lib/client/timeline-mirror.ts';

interface LineHead {
  venue: string;
  symbol: string;
}

/** Prices and sizes are decimal text, exact. A field that is not known is absent. */
export interface QuoteLine extends LineHead {
  type: 'quote';
  bid?: string;
  bidSize?: string;
  ask?: string;
  askSize?: string;
  last?: string;
  lastSize?: string;
  volume?: string;
  high?: string;
  low?: string;
  /** Of the last trade where one is known, else the timeline's time of this update. */
  venueTimeUs: number;
}

/** One change of the raw channel: only the fields that it changed. */
export interface ChangeLine extends Omit<QuoteLine, 'type'> {
  type: 'raw';
  seq: number;
}

export interface TradeLine extends LineHead {
  type: 'trade';
  price: string;
  size: string;
  aggressor: (typeof AGGRESSOR_NAMES)[number];
  seq: number;
  venueTimeUs: number;
}

export interface BarLine extends LineHead {
  type: 'bar';
  interval: string;
  startTimeUs: number;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
  venueTimeUs: number;
}

export type LevelText = [price: string, size: string];

export interface BookLine extends LineHead {
  type: 'book';
  bids: LevelText[];
  asks: LevelText[];
  venueTimeUs: number;
}

export interface LostLine extends LineHead {
  type: 'lost';
  count: number;
}

/** One line of `tail`, as `--json` prints it. */
export type TailLine = QuoteLine | ChangeLine | TradeLine | BarLine | BookLine | LostLine;

const PRICE_FIELDS = ['bid', 'ask', 'last', 'high', 'low'] as const;
const FIELD_ORDER = [
  'bid',
  'bidSize',
  'ask',
  'askSize',
  'last',
  'lastSize',
  'volume',
  'high',
  'low',
] as const satisfies readonly (keyof QuoteColumns)[];

const head = ({ venue, symbol }: DictionaryEntry): LineHead => ({ venue, symbol });

/** Whether anything at all is known of an instrument. */
export function isQuoted(columns: QuoteColumns, id: number): boolean {
  return FIELD_ORDER.some((field) => !Number.isNaN(columns[field][id]!));
}

/** All known values of an instrument, also those that did not change. */
export function quoteLine(
  entry: DictionaryEntry,
  columns: QuoteColumns,
  id: number,
  timeUs: number,
): QuoteLine {
  const fields: Partial<Record<(typeof FIELD_ORDER)[number], string>> = {};
  for (const field of FIELD_ORDER) {
    const steps = columns[field][id]!;
    if (Number.isNaN(steps)) continue;
    fields[field] = fieldText(entry, field, steps);
  }
  const tradeTimeUs = columns.tradeTimeUs[id]!;
  return {
    type: 'quote',
    ...head(entry),
    ...fields,
    venueTimeUs: Number.isNaN(tradeTimeUs) ? timeUs : tradeTimeUs,
  };
}

export function changeLine(entry: DictionaryEntry, seq: number, change: WireChange): ChangeLine {
  const fields: Partial<Record<(typeof FIELD_ORDER)[number], string>> = {};
  for (const field of FIELD_ORDER) {
    const steps = change[field];
    if (steps !== undefined && !Number.isNaN(steps)) fields[field] = fieldText(entry, field, steps);
  }
  return { type: 'raw', ...head(entry), seq, ...fields, venueTimeUs: change.timeUs };
}

function fieldText(entry: DictionaryEntry, field: string, steps: number): string {
  return stepsToText(steps, (PRICE_FIELDS as readonly string[]).includes(field) ? entry.tick : entry.lot);
}

export function tradeLine(entry: DictionaryEntry, trade: MirroredTrade): TradeLine {
  return {
    type: 'trade',
    ...head(entry),
    price: stepsToText(trade.price, entry.tick),
    size: stepsToText(trade.size, entry.lot),
    aggressor: AGGRESSOR_NAMES[trade.aggressor],
    seq: trade.seq,
    venueTimeUs: trade.venueTimeUs,
  };
}

export function barLine(
  entry: DictionaryEntry,
  intervalS: number,
  bar: readonly [startS: number, open: number, high: number, low: number, close: number, volume: number],
): BarLine {
  const [startS, open, high, low, close, volume] = bar;
  const startTimeUs = startS * 1_000_000;
  return {
    type: 'bar',
    ...head(entry),
    interval: BAR_INTERVALS.find((name) => BAR_INTERVAL_SECONDS[name] === intervalS) ?? `${intervalS}s`,
    startTimeUs,
    open: stepsToText(open, entry.tick),
    high: stepsToText(high, entry.tick),
    low: stepsToText(low, entry.tick),
    close: stepsToText(close, entry.tick),
    volume: stepsToText(volume, entry.lot),
    venueTimeUs: startTimeUs,
  };
}

export function bookLine(
  entry: DictionaryEntry,
  bids: readonly number[],
  asks: readonly number[],
  timeUs: number,
): BookLine {
  return {
    type: 'book',
    ...head(entry),
    bids: levels(entry, bids),
    asks: levels(entry, asks),
    venueTimeUs: timeUs,
  };
}

export function lostLine(entry: DictionaryEntry, count: number): LostLine {
  return { type: 'lost', ...head(entry), count };
}

function levels(entry: DictionaryEntry, flat: readonly number[]): LevelText[] {
  const texts: LevelText[] = [];
  for (let at = 0; at < flat.length; at += 2) {
    texts.push([stepsToText(flat[at]!, entry.tick), stepsToText(flat[at + 1]!, entry.lot)]);
  }
  return texts;
}
