import { AGGRESSOR_BUY, AGGRESSOR_SELL } from '#protocol';
import { usOfText } from '../feeds/event-time.ts';
import { KrakenBook } from '../feeds/kraken/book.ts';
import { usualName } from '../feeds/kraken/rest.ts';
import type { KrakenLevel } from '../feeds/kraken/wire.ts';
import type { FrameEvents, FrameFault } from './frame-events.ts';

/**
 * Frames of Kraken's first WebSocket (https://docs.kraken.com/api/docs/guides/spot-ws-intro), which recordings of some years hold:
 * [992,{"a":[["355.23000000","0.00000000","1618678135.767188"]],"c":"1594891052"},"book-1000","XMR/USD"]
 * A frame with both sides has two objects. Its answers and heartbeats are objects with an `event`.
 */
export type KrakenV1Frame = readonly unknown[] | { readonly event: string };

const EVENTS: readonly unknown[] = ['systemStatus', 'subscriptionStatus', 'heartbeat', 'pong'];
const CHANNEL = /^(?:book-\d+|trade|ticker|spread|ohlc-\d+)$/;
const PAIR = /^[A-Z0-9.]+\/[A-Z0-9.]+$/;

export function isKrakenV1Frame(frame: unknown): frame is KrakenV1Frame {
  if (Array.isArray(frame))
    return CHANNEL.test(String(frame.at(-2))) && PAIR.test(String(frame.at(-1))) && frame.length >= 4;
  return typeof frame === 'object' && frame !== null && 'event' in frame && EVENTS.includes(frame.event);
}

/** What a text of such a frame begins or ends with, for who would not read it whole. */
export const KRAKEN_V1 =
  /^\[\d+,.*"(?:book-\d+|trade|ticker|spread|ohlc-\d+)",\s*"[A-Z0-9.]+\/[A-Z0-9.]+"\]$|^\{.*"event":\s*"(?:systemStatus|subscriptionStatus|heartbeat|pong)"/s;

/** Books, cut to the depth that was subscribed and held against their checksums; trades; tickers and spreads as quotes. */
export class KrakenV1Frames {
  readonly #events: FrameEvents;
  readonly #books = new Map<string, KrakenBook>();

  constructor(events: FrameEvents) {
    this.#events = events;
  }

  take(frame: KrakenV1Frame, receiveTimeUs: number): FrameFault {
    if (!Array.isArray(frame)) {
      this.#events.anomalies.mark('frames_not_played');
      return null;
    }
    const channel = String(frame.at(-2));
    const pair = String(frame.at(-1)).split('/').map(usualName).join('/');
    const parts = frame.slice(1, -2) as unknown[];
    if (channel.startsWith('book-')) return this.#book(pair, Number(channel.slice(5)), parts, receiveTimeUs);
    if (channel === 'trade') return this.#trades(pair, parts[0], receiveTimeUs);
    if (channel === 'ticker') return this.#ticker(pair, parts[0], receiveTimeUs);
    if (channel === 'spread') return this.#spread(pair, parts[0], receiveTimeUs);
    this.#events.anomalies.mark('frames_not_played');
    return null;
  }

  #book(pair: string, depth: number, parts: readonly unknown[], receiveTimeUs: number): FrameFault {
    const { as, bs, a = as, b = bs, c } = Object.assign({}, ...parts) as Record<string, unknown>;
    const asks = levelsOf(a);
    const bids = levelsOf(b);
    if (asks === null || bids === null) return 'levels of price, volume and time';
    const isSnapshot = as !== undefined || bs !== undefined;
    const book = isSnapshot ? new KrakenBook(depth) : this.#books.get(pair);
    const timeUs = Math.max(newest(a), newest(b));
    const levels = book === undefined ? { bids, asks } : book.apply({ bids, asks });
    if (book !== undefined) {
      this.#books.set(pair, book);
      if (typeof c === 'string' && Number(c) !== book.checksum)
        this.#events.anomalies.mark('checksum_failures');
    }
    const atUs = Number.isNaN(receiveTimeUs) ? timeUs : receiveTimeUs;
    if (!Number.isFinite(atUs)) return 'a time of arrival: the frame has none of the venue';
    return this.#events.book(
      this.#events.instrument('kraken', pair),
      Number.isFinite(timeUs) ? timeUs : atUs,
      atUs,
      isSnapshot,
      levels.bids,
      levels.asks,
    );
  }

  #trades(pair: string, rows: unknown, receiveTimeUs: number): FrameFault {
    if (!Array.isArray(rows)) return 'a list of trades';
    const instrument = this.#events.instrument('kraken', pair);
    for (const row of rows as unknown[]) {
      const [price, size, time, side] = (Array.isArray(row) ? row : []).map(String);
      const timeUs = usOfText(time ?? '');
      if (price === undefined || size === undefined || !Number.isFinite(timeUs))
        return 'price, volume, time and side of a trade';
      const atUs = Number.isNaN(receiveTimeUs) ? timeUs : receiveTimeUs;
      const aggressor = side === 's' ? AGGRESSOR_SELL : AGGRESSOR_BUY;
      const fault = this.#events.trade(instrument, timeUs, atUs, price, size, aggressor, '');
      if (fault !== null) return fault;
    }
    return null;
  }

  #ticker(pair: string, values: unknown, receiveTimeUs: number): FrameFault {
    const { a, b } = (values ?? {}) as Record<string, unknown>;
    // Price, whole lots, lots.
    const [ask, , askSize] = Array.isArray(a) ? a.map(String) : [];
    const [bid, , bidSize] = Array.isArray(b) ? b.map(String) : [];
    return this.#quote(pair, Number.NaN, receiveTimeUs, [bid, bidSize], [ask, askSize]);
  }

  #spread(pair: string, values: unknown, receiveTimeUs: number): FrameFault {
    const [bid, ask, time, bidSize, askSize] = Array.isArray(values) ? values.map(String) : [];
    return this.#quote(pair, usOfText(time ?? ''), receiveTimeUs, [bid, bidSize], [ask, askSize]);
  }

  #quote(
    pair: string,
    timeUs: number,
    receiveTimeUs: number,
    [bid, bidSize]: readonly (string | undefined)[],
    [ask, askSize]: readonly (string | undefined)[],
  ): FrameFault {
    if (bid === undefined || bidSize === undefined || ask === undefined || askSize === undefined)
      return 'best prices and their volumes';
    const atUs = Number.isNaN(receiveTimeUs) ? timeUs : receiveTimeUs;
    if (Number.isNaN(atUs)) return 'a time of arrival: the frame has none of the venue';
    const instrument = this.#events.instrument('kraken', pair);
    return this.#events.quote(instrument, timeUs, atUs, [bid, bidSize], [ask, askSize]);
  }
}

/** Null for what is no list of levels; an absent side has none. */
function levelsOf(rows: unknown): KrakenLevel[] | null {
  if (rows === undefined) return [];
  if (!Array.isArray(rows)) return null;
  const levels = rows.map((row: unknown): KrakenLevel | null => {
    const [price, size] = Array.isArray(row) ? (row as unknown[]) : [];
    return typeof price === 'string' && typeof size === 'string' ? [price, size] : null;
  });
  return levels.includes(null) ? null : (levels as KrakenLevel[]);
}

/** The newest time of a side's levels, us. */
function newest(rows: unknown): number {
  const times = (Array.isArray(rows) ? rows : []).map((row: unknown) =>
    usOfText(String(Array.isArray(row) ? row[2] : '')),
  );
  return times.reduce((latest, time) => Math.max(latest, time), Number.NEGATIVE_INFINITY);
}
