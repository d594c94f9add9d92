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

type Fields = Readonly<Record<string, unknown>>;

/** A line for each kind: what must hold before a frame is believed, whatever the venue may send one day. */
const KINDS: Readonly<Record<Frame['type'], (frame: Fields) => boolean>> = {
  heartbeat: () => true,
  subscribed: ({ symbols }) => isTexts(symbols),
  refused: ({ symbol }) => isText(symbol),
  trade: ({ symbol, id, time }) => isText(symbol) && isWhole(id) && isTime(time),
  book: ({ symbol, seq, time, bids, asks }) =>
    isText(symbol) && isWhole(seq) && isTime(time) && isLevels(bids) && isLevels(asks),
};

/** Null for a frame of a known kind that is not what the documents say, and for what is no frame at all. */
export function parsed(raw: unknown): Frame | { readonly type: 'unknown'; readonly kind: string } | null {
  try {
    const frame = JSON.parse(String(raw)) as Fields;
    const { type } = frame;
    if (typeof type !== 'string') return null;
    if (!Object.hasOwn(KINDS, type)) return { type: 'unknown', kind: type };
    return KINDS[type as Frame['type']](frame) ? (frame as unknown as Frame) : null;
  } catch {
    return null;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value);
const isTime = (value: unknown): boolean => isWhole(value) && Number(value) > 0;
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isLevels = (value: unknown): boolean => Array.isArray(value) && value.every(isTexts);
