// What the venue sends, as it is on the wire, each with a frame of its own. Link the page of the venue here.

export type Frame = Subscribed | Refused | Trade | Book | Heartbeat;

/** `{"type":"subscribed","symbols":["ABC-USD"]}` */
export interface Subscribed {
  readonly type: 'subscribed';
  readonly symbols: readonly string[];
}

/** `{"type":"refused","symbol":"NONE","reason":"unknown symbol"}` */
export interface Refused {
  readonly type: 'refused';
  readonly symbol: string;
  readonly reason: string;
}

/** `{"type":"trade","symbol":"ABC-USD","id":101,"price":"10.05","size":"0.5","side":"sell","time":1767225601000}` */
export interface Trade {
  readonly type: 'trade';
  readonly symbol: string;
  /** The one before plus 1. */
  readonly id: number;
  readonly price: string;
  readonly size: string;
  /** Who crossed the spread. Many venues write the side that rested: then it is the other one. */
  readonly side: 'buy' | 'sell';
  /** Ms since 1970. */
  readonly time: number;
}

export type Level = readonly [price: string, size: string];

/** `{"type":"book","symbol":"ABC-USD","seq":2,"time":1767225602000,"bids":[["10.04","0"]],"asks":[]}`; with `snapshot` the whole book. */
export interface Book {
  readonly type: 'book';
  readonly symbol: string;
  /** The one before plus 1. */
  readonly seq: number;
  readonly time: number;
  readonly snapshot?: boolean;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** `{"type":"heartbeat"}`, once a second. */
export interface Heartbeat {
  readonly type: 'heartbeat';
}

/** Null for what is none of the above: whatever a venue may send one day, a frame is looked at before it is believed. */
export function parsed(raw: unknown): Frame | { readonly type: 'unknown'; readonly kind: string } | null {
  let frame: Record<string, unknown>;
  try {
    frame = JSON.parse(String(raw)) as Record<string, unknown>;
    const { type, symbol, symbols, id, seq, time } = frame;
    if (type === 'heartbeat') return frame as unknown as Heartbeat;
    if (type === 'subscribed') return isTexts(symbols) ? (frame as unknown as Subscribed) : null;
    if (typeof type !== 'string') return null;
    if (!['refused', 'trade', 'book'].includes(type)) return { type: 'unknown', kind: type };
    if (typeof symbol !== 'string') return null;
    if (type === 'refused') return frame as unknown as Refused;
    if (!Number.isSafeInteger(time) || Number(time) <= 0) return null;
    if (type === 'trade') return Number.isSafeInteger(id) ? (frame as unknown as Trade) : null;
    const isBook = Number.isSafeInteger(seq) && isLevels(frame['bids']) && isLevels(frame['asks']);
    return isBook ? (frame as unknown as Book) : null;
  } catch {
    return null;
  }
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

const isLevels = (value: unknown): boolean => Array.isArray(value) && value.every(isTexts);
