import { AGGRESSOR_NAMES, stepsToText, type BookEvent, type InstrumentDefinition } from '#protocol';
import type { ExportKind, TextFormat } from './export-options.ts';
import type { ExportedEvent } from './export-selection.ts';

/** Of the rows of a book that need it. */
export const EVENT_COLUMN = 'event';

/** Writes events as lines of text, exact to the digit. */
export interface EventText {
  /** What stands before the first event; empty when nothing does. */
  head(instruments: readonly InstrumentDefinition[]): string;
  event(event: ExportedEvent, instrument: InstrumentDefinition): string;
}

const COLUMNS: Readonly<Record<ExportKind, string>> = {
  // The layouts of Tardis, which other programs read too: https://docs.tardis.dev/downloadable-csv-files
  trade: 'exchange,symbol,timestamp,local_timestamp,id,side,price,amount',
  quote: 'exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount',
  book: 'exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount',
  bar: 'exchange,symbol,timestamp,local_timestamp,start,interval_s,open,high,low,close,volume',
};

/** @param isNumbered rows of a book have the number of their event in one more column, from 0: for events that would come back as one */
export function eventText(
  format: TextFormat,
  kind: ExportKind | null,
  times: 'us' | 'iso',
  isNumbered = false,
): EventText {
  const time = times === 'us' ? String : isoTime;
  if (format === 'jsonl' || kind === null) return jsonText(times === 'us' ? Number : isoTime);
  let number = 0;
  return {
    head: () => `${COLUMNS[kind]}${isNumbered ? `,${EVENT_COLUMN}` : ''}\n`,
    event: (event, instrument) => {
      if (event.type !== 'book') return csvRow(event, instrument, time);
      const end = isNumbered ? `,${number}\n` : '\n';
      number += 1;
      return bookRows(event, instrument, time, end);
    },
  };
}

/** ISO 8601 with microseconds, UTC. */
export function isoTime(timeUs: number): string {
  const microseconds = String(timeUs % 1000).padStart(3, '0');
  return new Date(Math.floor(timeUs / 1000)).toISOString().replace('Z', `${microseconds}Z`);
}

function headCells(
  event: ExportedEvent,
  { venue, symbol }: InstrumentDefinition,
  time: (timeUs: number) => string,
): string {
  return `${cell(venue)},${cell(symbol)},${time(event.venueTimeUs)},${time(event.receiveTimeUs)}`;
}

function csvRow(
  event: Exclude<ExportedEvent, BookEvent>,
  instrument: InstrumentDefinition,
  time: (timeUs: number) => string,
): string {
  const { tick, lot } = instrument;
  const head = headCells(event, instrument, time);
  const price = (ticks: number) => stepsToText(ticks, tick);
  const size = (lots: number) => stepsToText(lots, lot);
  switch (event.type) {
    case 'trade':
      return `${head},${cell(event.tradeId)},${AGGRESSOR_NAMES[event.aggressor]},${price(event.price)},${size(event.size)}\n`;
    case 'quote':
      return `${head},${size(event.askSize)},${price(event.ask)},${price(event.bid)},${size(event.bidSize)}\n`;
    case 'bar': {
      const prices = [event.open, event.high, event.low, event.close].map(price).join(',');
      return `${head},${time(event.startTimeUs)},${event.intervalSeconds},${prices},${size(event.volume)}\n`;
    }
  }
}

/** One row a level; an event without levels has a row without one, where events are numbered. */
function bookRows(
  event: BookEvent,
  instrument: InstrumentDefinition,
  time: (timeUs: number) => string,
  end: string,
): string {
  const { tick, lot } = instrument;
  const head = `${headCells(event, instrument, time)},${event.snapshot}`;
  if (event.bids.length + event.asks.length === 0) return `${head},,,${end}`;
  let text = '';
  for (const [side, levels] of [
    ['bid', event.bids],
    ['ask', event.asks],
  ] as const) {
    for (let at = 0; at < levels.length; at += 2)
      text += `${head},${side},${stepsToText(levels[at]!, tick)},${stepsToText(levels[at + 1]!, lot)}${end}`;
  }
  return text;
}

/** RFC 4180. */
function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function jsonText(time: (timeUs: number) => number | string): EventText {
  const line = (value: object): string => `${JSON.stringify(value)}\n`;
  return {
    head: (instruments) =>
      instruments
        .map(({ venue, symbol, assetClass, currency }) =>
          line({ type: 'instrument', venue, symbol, assetClass, currency }),
        )
        .join(''),
    event: (event, { venue, symbol, tick, lot }) => {
      const price = (ticks: number) => (Number.isNaN(ticks) ? null : stepsToText(ticks, tick));
      const size = (lots: number) => (Number.isNaN(lots) ? null : stepsToText(lots, lot));
      const base = {
        type: event.type,
        venue,
        symbol,
        time: time(event.venueTimeUs),
        received: time(event.receiveTimeUs),
      };
      switch (event.type) {
        case 'trade': {
          const { tradeId: id, aggressor } = event;
          return line({
            ...base,
            price: price(event.price),
            size: size(event.size),
            side: AGGRESSOR_NAMES[aggressor],
            id,
          });
        }
        case 'quote': {
          const bid = { bid: price(event.bid), bidSize: size(event.bidSize) };
          return line({ ...base, ...bid, ask: price(event.ask), askSize: size(event.askSize) });
        }
        case 'bar': {
          const span = { start: time(event.startTimeUs), intervalSeconds: event.intervalSeconds };
          const [open, high, low, close] = [event.open, event.high, event.low, event.close].map(price);
          return line({ ...base, ...span, open, high, low, close, volume: size(event.volume) });
        }
        case 'book': {
          const pairs = (levels: readonly number[]) =>
            Array.from({ length: levels.length / 2 }, (_, at) => [
              price(levels[2 * at]!),
              size(levels[2 * at + 1]!),
            ]);
          return line({
            ...base,
            snapshot: event.snapshot,
            bids: pairs(event.bids),
            asks: pairs(event.asks),
          });
        }
      }
    },
  };
}
