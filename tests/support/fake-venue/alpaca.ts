import { pack } from 'msgpackr';
import alpaca from '../../../server/feeds/alpaca/feed.ts';
import { decode } from '../../../server/feeds/alpaca/codec.ts';
import type { RawFrame } from '../../../server/feeds/venue/ports.ts';
import type { ScriptTrade, VenueScript } from './script.ts';

const START_US = 1_790_856_000_000_000;

/** A time of a message, us; a timestamp of MessagePack or RFC 3339 text on the wire. */
class WireTime {
  readonly us: number;

  constructor(us: number) {
    this.us = us;
  }

  packed(): Uint8Array {
    const bytes = Buffer.alloc(10);
    bytes.set([0xd7, 0xff]);
    const ns = BigInt(this.us % 1_000_000) * 1_000n;
    bytes.writeBigUInt64BE((ns << 34n) | BigInt(Math.floor(this.us / 1_000_000)), 2);
    return bytes;
  }

  toJSON(): string {
    const iso = new Date(Math.floor(this.us / 1_000)).toISOString();
    return `${iso.slice(0, -1)}${String(this.us % 1_000).padStart(3, '0')}000Z`;
  }
}

type Message = Readonly<Record<string, unknown>>;

const packed = (value: unknown): Uint8Array => (value instanceof WireTime ? value.packed() : pack(value));

/** A list of one message, in the codec that the client chose. */
export function alpacaFrame(message: Message, codec: 'msgpack' | 'json'): RawFrame {
  if (codec === 'json') return JSON.stringify([message]);
  const entries = Object.entries(message);
  // msgpackr packs no time finer than a millisecond.
  const head = Uint8Array.of(0x91, 0xde, 0, entries.length);
  return Buffer.concat([head, ...entries.flatMap(([key, value]) => [pack(key), packed(value)])]);
}

export interface AlpacaScriptOptions {
  readonly codec?: 'msgpack' | 'json';
  readonly symbols?: readonly [string, string];
  /** Symbols that may be subscribed at once. */
  readonly symbolLimit?: number;
  /** What comes instead of the answer to the keys. */
  readonly authError?: { readonly code: number; readonly msg: string };
}

const KEYS = { ALPACA_KEY_ID: 'key-of-the-test', ALPACA_SECRET_KEY: 'secret-of-the-test' };
const CHANNELS = ['trades', 'quotes', 'bars', 'dailyBars', 'statuses', 'orderbooks'] as const;

/** How Alpaca speaks: the keys first, an answer a request that lists all that is active, books of crypto with a snapshot first. */
export function alpacaScript(options: AlpacaScriptOptions = {}): VenueScript {
  const { codec = 'msgpack', symbols = ['BTC/USD', 'ETH/USD'], symbolLimit = 30, authError } = options;
  const active = new Map<string, Set<string>>();
  let changes = 0;
  const frame = (message: Message): RawFrame => alpacaFrame(message, codec);
  const error = (code: number, msg: string): RawFrame => frame({ T: 'error', code, msg });
  const list = (): RawFrame =>
    frame({
      T: 'subscription',
      ...Object.fromEntries(CHANNELS.map((channel) => [channel, [...(active.get(channel) ?? [])]])),
    });
  const bookOf = (symbol: string, isWhole: boolean): RawFrame =>
    frame({
      T: 'o',
      S: symbol,
      t: new WireTime(START_US + changes),
      b: [{ p: 90.25, s: changes + 1.5 }],
      a: isWhole ? [{ p: 120.5, s: 2 }] : [],
      ...(isWhole ? { r: true } : {}),
    });
  const trade = ({ symbol, id, price, size, timeUs }: ScriptTrade): RawFrame =>
    frame({ T: 't', S: symbol, p: Number(price), s: Number(size), t: new WireTime(timeUs), i: id, tks: 'B' });
  const answer = (request: Record<string, unknown>, refuse: ReadonlySet<string>): RawFrame[] => {
    if (request['action'] === 'auth') {
      if (authError !== undefined) return [error(authError.code, authError.msg)];
      const { key, secret } = request;
      const isRight = key === KEYS.ALPACA_KEY_ID && secret === KEYS.ALPACA_SECRET_KEY;
      return [isRight ? frame({ T: 'success', msg: 'authenticated' }) : error(402, 'auth failed')];
    }
    const asked = CHANNELS.flatMap((channel) =>
      ((request[channel] ?? []) as string[]).map((symbol) => ({ channel, symbol })),
    );
    if (request['action'] === 'unsubscribe') {
      for (const { channel, symbol } of asked) active.get(channel)?.delete(symbol);
      return [list()];
    }
    if (asked.some(({ symbol }) => refuse.has(symbol))) return [error(400, 'invalid syntax')];
    const traded = new Set(active.get('trades'));
    for (const { channel, symbol } of asked) if (channel === 'trades') traded.add(symbol);
    if (traded.size > symbolLimit) return [error(405, 'symbol limit exceeded')];
    for (const { channel, symbol } of asked)
      active.set(channel, (active.get(channel) ?? new Set()).add(symbol));
    const books = asked.filter(({ channel }) => channel === 'orderbooks');
    return [list(), ...books.map(({ symbol }) => bookOf(symbol, true))];
  };
  const made = { id: 1, price: '1', size: '1', timeUs: START_US };
  return {
    venue: alpaca,
    symbols,
    env: KEYS,
    // Changes of a book have neither a number nor a checksum.
    noticesLostChanges: false,
    greeting() {
      active.clear();
      return [frame({ T: 'success', msg: 'connected' })];
    },
    answer: (sent, refuse) => answer(requestOf(sent), refuse),
    isLogin: (sent) => requestOf(sent)['action'] === 'auth',
    // It says nothing by itself: the answers to our own question prove that it lives.
    heartbeat: () => [],
    rest: () => null,
    trade,
    bookChange(symbol) {
      changes += 1;
      return symbols.some((known) => known === symbol && symbol.includes('/')) ? bookOf(symbol, false) : null;
    },
    badChecksum: () => null,
    unknownKind: () => frame({ T: 'horoscope', S: symbols[0], text: 'A good day.' }),
    wrongType: (symbol) => frame({ T: 't', S: symbol, p: [1], s: 1, t: new WireTime(START_US), i: 1 }),
    unknownSymbol: () => trade({ symbol: 'DOGE/USD', ...made }),
    plannedShutdown: () => null,
    rateLimit: () => error(407, 'slow client'),
  };
}

/** A request is one message, and `decode` reads lists. */
function requestOf(sent: RawFrame): Record<string, unknown> {
  if (typeof sent === 'string') return JSON.parse(sent) as Record<string, unknown>;
  const [request] = decode(Buffer.concat([Uint8Array.of(0x91), sent])) as readonly Record<string, unknown>[];
  return request!;
}
