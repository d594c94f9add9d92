import {
  ABSENT,
  BIT_ASK,
  BIT_ASK_SIZE,
  BIT_BID,
  BIT_BID_SIZE,
  BIT_LAST,
  BIT_RANGE,
  BIT_TRADE,
  FRAME_BARS,
  FRAME_BOOK,
  FRAME_DELTA,
  FRAME_RAW,
  FRAME_SNAPSHOT,
  FRAME_TRADES,
  decodeClientFrame,
  decodeServerFrame,
  readBars,
  readBooks,
  readFrameHead,
  readQuotes,
  readRaw,
  readTrades,
  timeAt,
  type NumberSource,
  type QuoteColumns,
  type ReferenceColumns,
  type ServerMessage,
  type TimelineClock,
} from '#protocol';
import { readRepoFile } from './repo-files.ts';

export interface SpecExample {
  name: string;
  from: 'client' | 'server';
  bytes: Uint8Array;
  /** What the page says that the bytes mean. */
  expected: unknown;
}

const EXAMPLE = /```hex name=(\S+) from=(client|server)\n([\s\S]*?)```\n+```json\n([\s\S]*?)```/g;

/** The examples of the protocol's specification, in the order of the page. */
export function specExamples(page = readRepoFile('docs/protocol/SPEC.md')): SpecExample[] {
  return [...page.matchAll(EXAMPLE)].map(([, name, from, hex, json]) => ({
    name: name!,
    from: from as 'client' | 'server',
    bytes: Uint8Array.from(Buffer.from(hex!.replaceAll(/\s/g, ''), 'hex')),
    expected: JSON.parse(json!),
  }));
}

const CAPACITY = 512;
const QUOTE_FIELDS = [
  ['lastSize', BIT_TRADE],
  ['volume', BIT_TRADE],
  ['tradeTimeUs', BIT_TRADE],
  ['last', BIT_LAST],
  ['bid', BIT_BID],
  ['bidSize', BIT_BID_SIZE],
  ['ask', BIT_ASK],
  ['askSize', BIT_ASK_SIZE],
  ['high', BIT_RANGE],
  ['low', BIT_RANGE],
] as const satisfies readonly (readonly [keyof QuoteColumns, number])[];

/**
 * Reads frames in the order of a connection to plain JSON values, keeping the dictionary and the clock that data frames are
 * written against. For the examples of the page; the browser's client is `src/lib/client`.
 */
export class ExampleReader {
  readonly #reference: ReferenceColumns = {
    price: new Float64Array(CAPACITY).fill(ABSENT),
    volume: new Float64Array(CAPACITY).fill(ABSENT),
  };
  readonly #columns = Object.fromEntries(
    QUOTE_FIELDS.map(([field]) => [field, new Float64Array(CAPACITY).fill(ABSENT)]),
  ) as unknown as QuoteColumns;
  #clock: TimelineClock | null = null;

  read(from: 'client' | 'server', frame: Uint8Array | string): unknown {
    if (from === 'client') return decodeClientFrame(frame);
    const decoded = decodeServerFrame(frame);
    return 'message' in decoded ? this.#message(decoded.message) : this.#data(decoded.data);
  }

  #message(message: ServerMessage): unknown {
    if (message.type === 'welcome' || message.type === 'timeline') this.#clock = message.clock;
    if (message.type !== 'instruments') return message;
    for (const entry of message.entries) {
      this.#reference.price[entry.id] = entry.referencePrice;
      this.#reference.volume[entry.id] = entry.referenceVolume;
    }
    const { references = [] } = message;
    for (let at = 0; at < references.length; at += 3) {
      this.#reference.price[references[at]!] = references[at + 1]!;
      this.#reference.volume[references[at]!] = references[at + 2]!;
    }
    const entries = message.entries.map((entry) => ({ ...entry, open: known(entry.open) }));
    return { ...message, entries };
  }

  #data(source: NumberSource): unknown {
    const { kind, asOf, generation } = readFrameHead(source);
    const timeUs = timeAt(this.#clock!, asOf);
    const head = { asOf, generation };
    switch (kind) {
      case FRAME_DELTA:
      case FRAME_SNAPSHOT:
        return {
          kind: kind === FRAME_DELTA ? 'delta' : 'snapshot',
          ...head,
          quotes: this.#quotes(source, timeUs),
        };
      case FRAME_TRADES:
        return { kind: 'trades', ...head, trades: this.#trades(source, timeUs) };
      case FRAME_BARS:
        return { kind: 'bars', ...head, ...this.#bars(source) };
      case FRAME_BOOK:
        return { kind: 'book', ...head, books: this.#books(source) };
      case FRAME_RAW:
        return { kind: 'raw', ...head, changes: this.#changes(source, timeUs) };
      default:
        throw new Error(`no kind of frame has the number ${kind}`);
    }
  }

  #quotes(source: NumberSource, timeUs: number): unknown[] {
    const quotes: unknown[] = [];
    readQuotes(source, this.#columns, this.#reference, timeUs, CAPACITY, (id, bits) => {
      const fields = QUOTE_FIELDS.filter(([, bit]) => bits & bit);
      const values = fields.map(([field]) => [field, known(this.#columns[field][id]!)] as const);
      quotes.push({ id, bits, ...Object.fromEntries(values) });
    });
    return quotes;
  }

  #trades(source: NumberSource, timeUs: number): unknown[] {
    const trades: unknown[] = [];
    readTrades(source, this.#reference, timeUs, CAPACITY, (id, seq, venueTimeUs, price, size, aggressor) =>
      trades.push({ id, seq, venueTimeUs, price, size, aggressor }),
    );
    return trades;
  }

  #changes(source: NumberSource, timeUs: number): unknown[] {
    const changes: unknown[] = [];
    readRaw(source, this.#reference, timeUs, CAPACITY, (id, seq, change) => {
      const values = Object.entries(change).map(([field, value]) => [field, known(value)] as const);
      changes.push({ id, seq, ...Object.fromEntries(values) });
    });
    return changes;
  }

  #bars(source: NumberSource): { intervalS: number; bars: unknown[] } {
    let intervalS = 0;
    const bars: unknown[] = [];
    readBars(source, this.#reference, CAPACITY, (id, interval, startS, open, high, low, close, volume) => {
      intervalS = interval;
      bars.push({ id, startS, open, high, low, close, volume });
    });
    return { intervalS, bars };
  }

  #books(source: NumberSource): unknown[] {
    const books: unknown[] = [];
    readBooks(source, this.#reference, CAPACITY, (id, whole, bids, asks) =>
      books.push({ id, whole, bids, asks }),
    );
    return books;
  }
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
