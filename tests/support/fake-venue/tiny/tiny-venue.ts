import { AGGRESSOR_BUY, AGGRESSOR_SELL, unixUs, type BookEvent, type UnixUs } from '#protocol';
import type {
  RawFrame,
  Venue,
  VenueConnection,
  VenueListing,
  VenuePort,
  VenueTrade,
} from '../../../../server/feeds/venue/ports.ts';

/** A made-up venue with everything that real ones have: sequences, checksums, acknowledgements, heartbeats, announced ends. */
type Levels = [price: string, size: string][];

export type TinyFrame =
  | { type: 'subscribed' | 'unsubscribed'; symbol: string }
  | { type: 'refused'; symbol: string; reason: string }
  | {
      type: 'snapshot' | 'change';
      symbol: string;
      seq: number;
      bids: Levels;
      asks: Levels;
      sum: number;
      time: number;
    }
  | { type: 'trade'; symbol: string; id: number; price: string; size: string; side: string; time: number }
  | { type: 'beat' }
  | { type: 'ending'; reason: string }
  | { type: 'error'; reason: string };

export type TinyRequest = { op: 'subscribe' | 'unsubscribe' | 'snapshot'; symbols: readonly string[] };

/** The checksum of a frame: of its sequence number and its sizes, so that a lost or a changed one shows. */
export function tinySum(seq: number, bids: Levels, asks: Levels): number {
  const digits = [...bids, ...asks].map(([price, size]) => price + size).join('');
  let sum = seq;
  for (const digit of digits) sum = (sum * 31 + digit.charCodeAt(0)) % 65_521;
  return sum;
}

class TinyConnection implements VenueConnection {
  readonly #port: VenuePort;
  readonly #seq = new Map<string, number>();

  constructor(port: VenuePort) {
    this.#port = port;
  }

  onOpen(): void {
    this.#port.ready();
  }

  onFrame(frame: RawFrame, receiveTimeUs: UnixUs): void {
    const port = this.#port;
    let message: TinyFrame;
    try {
      if (typeof frame !== 'string') throw new Error('It is binary.');
      message = JSON.parse(frame) as TinyFrame;
    } catch (error) {
      return port.malformed((error as Error).message);
    }
    switch (message.type) {
      case 'subscribed':
        return port.acknowledged(message.symbol, 'all');
      case 'unsubscribed':
        return;
      case 'refused':
        return port.refused(message.symbol, 'all', message.reason);
      case 'beat':
        return port.heartbeat();
      case 'ending':
        return port.rotate(message.reason);
      case 'error':
        return port.fail(message.reason, message.reason === 'bad key');
      case 'snapshot':
      case 'change':
        return this.#book(message, receiveTimeUs);
      case 'trade': {
        if (port.instrument(message.symbol) === null) return port.unexpected(message.symbol);
        if (typeof message.price !== 'string') return port.malformed('A price is no text.');
        return port.trade(tinyTrade(message, receiveTimeUs));
      }
      default:
        return port.unknown(String((message as { type?: unknown }).type));
    }
  }

  subscribe(symbols: readonly string[]): RawFrame[] {
    return [JSON.stringify({ op: 'subscribe', symbols })];
  }

  unsubscribe(symbols: readonly string[]): RawFrame[] {
    return [JSON.stringify({ op: 'unsubscribe', symbols })];
  }

  resync(symbol: string): RawFrame[] {
    this.#seq.delete(symbol);
    return [JSON.stringify({ op: 'snapshot', symbols: [symbol] })];
  }

  #book(message: TinyFrame & { type: 'snapshot' | 'change' }, receiveTimeUs: UnixUs): void {
    const port = this.#port;
    const { symbol, seq, bids, asks, sum, time } = message;
    const instrument = port.instrument(symbol);
    if (instrument === null) return port.unexpected(symbol);
    const before = this.#seq.get(symbol);
    const isSnapshot = message.type === 'snapshot';
    if (!isSnapshot) {
      // Until its snapshot is there, nothing of a book can be used.
      if (before === undefined) return;
      if (seq !== before + 1)
        return port.fault({ kind: 'gap', symbol, detail: `Change ${seq} follows ${before}.` });
    }
    if (tinySum(seq, bids, asks) !== sum)
      return port.fault({ kind: 'checksum', symbol, detail: `The sum of change ${seq} is not ${sum}.` });
    this.#seq.set(symbol, seq);
    const event: BookEvent = {
      type: 'book',
      instrument: instrument.id,
      snapshot: isSnapshot,
      venueTimeUs: unixUs(time),
      receiveTimeUs,
      bids: [],
      asks: [],
    };
    instrument.levels(bids, event.bids);
    instrument.levels(asks, event.asks);
    port.event(event);
    if (isSnapshot) port.live(symbol);
  }
}

function tinyTrade(message: TinyFrame & { type: 'trade' }, receiveTimeUs: UnixUs): VenueTrade {
  return {
    symbol: message.symbol,
    id: String(message.id),
    price: message.price,
    size: message.size,
    aggressor: message.side === 'buy' ? AGGRESSOR_BUY : AGGRESSOR_SELL,
    venueTimeUs: unixUs(message.time),
    receiveTimeUs,
  };
}

/** @param facts what is to be other than usual */
export function tinyVenue(facts: Partial<Venue> = {}): Venue {
  return {
    name: 'tiny',
    title: 'Tiny',
    documentation: 'https://example.org/tiny',
    offers: ['trade', 'book'],
    symbolExamples: ['AAA'],
    keys: [],
    url: 'ws://127.0.0.1:1',
    restUrl: 'http://127.0.0.1:1',
    frameBytesMax: 4_000_000,
    connectTimeoutMs: 5_000,
    ackTimeoutMs: 2_000,
    silenceMaxMs: 3_000,
    lifeSign: 'heartbeat',
    pingEveryMs: 0,
    symbolsPerConnection: 100,
    framesPerSecond: 10,
    connectionLifeMs: Infinity,
    connectionsMax: 4,
    tradeIds: 'contiguous',
    async listings(rest, symbols) {
      const all = JSON.parse(await rest.text('/instruments')) as VenueListing[];
      return symbols.length === 0 ? all : all.filter(({ symbol }) => symbols.includes(symbol));
    },
    connect: (port) => new TinyConnection(port),
    async trades(rest, symbol, fromId, toId) {
      const body = await rest.text(`/trades?symbol=${symbol}&from=${fromId}&to=${toId}`);
      const rows = JSON.parse(body) as (TinyFrame & { type: 'trade' })[];
      return rows.map((row) => tinyTrade(row, unixUs(row.time)));
    },
    ...facts,
  };
}
