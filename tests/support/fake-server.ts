import {
  FRAME_BARS,
  FRAME_BOOK,
  FRAME_DELTA,
  FRAME_HEAD_BYTES_MAX,
  FRAME_SNAPSHOT,
  FRAME_TRADES,
  LIMITS,
  PROTOCOL_VERSION,
  SUBPROTOCOL_JSON,
  asOf,
  bookEntryNumbers,
  dataFrameToJson,
  decodeClientFrame,
  durationMs,
  encodeServerMessage,
  instrumentId,
  invariant,
  priceTicks,
  sizeLots,
  tradesEntryNumbers,
  unixUs,
  writeBar,
  writeBook,
  writeFrameHead,
  writeNumber,
  writeTrades,
  type ClientMessage,
  type DictionaryEntry,
  type Encoding,
  type Frame,
  type HelloMessage,
  type ServerMessage,
  type TimelineMessage,
  type WelcomeMessage,
  type WireBar,
  type WireTrade,
} from '#protocol';

/** What a connection hands to its user, as in `src/lib/client/web-socket.ts`. */
interface SocketEvents {
  onOpen(): void;
  onFrame(frame: Frame): void;
  onClose(code: number, reason: string): void;
}

/** Quote values in ticks and lots; the names are those of the columns. */
export interface FakeQuote {
  last?: number;
  bid?: number;
  bidSize?: number;
  ask?: number;
  askSize?: number;
  high?: number;
  low?: number;
  lastSize?: number;
  volume?: number;
  tradeTimeUs?: number;
}

/** Version 0 of the fake's timeline. Thursday 2026-10-01T12:00:00Z. */
export const FAKE_START_US = 1_790_856_000_000_000;
const ROOM_BYTES = 65_536;

export function fakeEntry(id: number, symbol: string, venue = 'sim'): DictionaryEntry {
  return {
    id: instrumentId(id),
    venue,
    symbol,
    name: symbol,
    assetClass: 'crypto',
    currency: 'USD',
    tick: { units: 1, decimals: 2 },
    lot: { units: 1, decimals: 3 },
    referencePrice: priceTicks(10_000),
    referenceVolume: sizeLots(0),
    open: priceTicks(9_900),
  };
}

/**
 * The server's side of connections without a network: a test says what is sent and looks at what came. Not a server: it
 * answers nothing by itself except with `autoAnswer`. Invariant: every frame crosses as real bytes (or text) of the protocol.
 */
export class FakeServer {
  readonly peers: FakePeer[] = [];
  readonly urls: string[] = [];
  epoch = 'epoch-1';
  generation = 1;
  entries: DictionaryEntry[] = [fakeEntry(0, 'BTC-USD'), fakeEntry(1, 'ETH-USD')];
  /** Answers hello and subscribe as the server does. */
  autoAnswer = true;

  /** Fits the client's `openSocket`. */
  readonly openSocket = (url: string, subprotocol: string, events: SocketEvents) => {
    const peer = new FakePeer(this, subprotocol === SUBPROTOCOL_JSON ? 'json' : 'binary', events);
    this.urls.push(url);
    this.peers.push(peer);
    return peer.socket;
  };

  /** The newest connection. */
  get peer(): FakePeer {
    const peer = this.peers.at(-1);
    invariant(peer !== undefined, 'nobody connected');
    return peer;
  }

  /** A server that lost its memory: another epoch. */
  restart(epoch: string): void {
    this.epoch = epoch;
  }
}

export class FakePeer {
  /** Everything the client said on this connection, oldest first. */
  readonly said: ClientMessage[] = [];
  /** Code of the client's close; null while it did not. */
  closedByClient: number | null = null;
  version = 100;
  readonly #server: FakeServer;
  readonly #encoding: Encoding;
  readonly #events: SocketEvents;
  #isOpen = false;

  constructor(server: FakeServer, encoding: Encoding, events: SocketEvents) {
    this.#server = server;
    this.#encoding = encoding;
    this.#events = events;
  }

  readonly socket = {
    send: (frame: Frame): void => this.#hear(frame),
    close: (code: number): void => {
      this.closedByClient = code;
      this.#isOpen = false;
    },
  };

  get encoding(): Encoding {
    return this.#encoding;
  }

  /** The connection stands; a client says hello now. */
  open(): void {
    this.#isOpen = true;
    this.#events.onOpen();
  }

  /** The socket ends: 1006 for a killed server or a failed attempt. */
  drop(code = 1006, reason = ''): void {
    this.#isOpen = false;
    this.#events.onClose(code, reason);
  }

  /** What was said of one type. */
  heard<T extends ClientMessage['type']>(type: T): Extract<ClientMessage, { type: T }>[] {
    return this.said.filter((message) => message.type === type) as Extract<ClientMessage, { type: T }>[];
  }

  tell(message: ServerMessage): void {
    this.deliver(encodeServerMessage(message, this.#encoding));
  }

  /** Hands a frame over as it is, also one that is wrong. */
  deliver(frame: Frame): void {
    this.#events.onFrame(frame);
  }

  welcome(change: Partial<WelcomeMessage> = {}): void {
    this.tell({
      type: 'welcome',
      version: PROTOCOL_VERSION,
      session: 's-1',
      epoch: this.#server.epoch,
      resume: 'none',
      clock: { asOf: asOf(0), timeUs: unixUs(FAKE_START_US), speed: 1 },
      server: 'fake',
      heartbeatMs: durationMs(LIMITS.heartbeatMs),
      silenceMaxMs: durationMs(LIMITS.silenceMaxMs),
      ...change,
    });
  }

  instruments(): void {
    const { generation, entries } = this.#server;
    this.tell({ type: 'instruments', generation, entries });
  }

  timeline(change: Partial<TimelineMessage> = {}): void {
    this.tell({
      type: 'timeline',
      mode: 'live',
      state: 'live',
      epoch: this.#server.epoch,
      clock: { asOf: asOf(0), timeUs: unixUs(FAKE_START_US), speed: 1 },
      speed: 1,
      recording: null,
      density: null,
      skipped: null,
      ...change,
    });
  }

  status(receivedPerSecond = 0, counters: Record<string, number> = {}): void {
    this.tell({ type: 'status', feeds: [], receivedPerSecond, counters });
  }

  /** A delta frame; each instrument's given values. */
  quotes(values: Record<number, FakeQuote>, version = this.#nextVersion(), kind = FRAME_DELTA): void {
    const body: number[] = [];
    for (const [id, quote] of Object.entries(values))
      body.push(...this.#quoteNumbers(Number(id), quote, version));
    this.#sendNumbers(kind, version, body);
  }

  snapshot(values: Record<number, FakeQuote>, version = this.#nextVersion()): void {
    this.quotes(values, version, FRAME_SNAPSHOT);
  }

  trades(id: number, firstSeq: number, trades: readonly WireTrade[], version = this.#nextVersion()): void {
    this.#sendBytes(FRAME_TRADES, version, tradesEntryNumbers(trades.length), (out, at) =>
      writeTrades(out, at, id, firstSeq, trades, this.#reference(id), FAKE_START_US + version * 1000),
    );
  }

  bar(id: number, intervalS: number, bar: WireBar, version = this.#nextVersion()): void {
    this.#sendBytes(FRAME_BARS, version, 8, (out, at) =>
      writeBar(out, writeNumber(out, at, intervalS), id, intervalS, bar, this.#reference(id)),
    );
  }

  book(id: number, whole: boolean, bids: number[], asks: number[], version = this.#nextVersion()): void {
    this.#sendBytes(FRAME_BOOK, version, bookEntryNumbers(bids.length, asks.length), (out, at) =>
      writeBook(out, at, id, whole, bids, asks, this.#reference(id)),
    );
  }

  /** A data frame of these numbers after the head. */
  numbers(kind: number, body: readonly number[], version = this.#nextVersion()): void {
    this.#sendNumbers(kind, version, body);
  }

  #reference(id: number): number {
    return this.#server.entries[id]!.referencePrice;
  }

  #nextVersion(): number {
    this.version += 100;
    return this.version;
  }

  #quoteNumbers(id: number, quote: FakeQuote, version: number): number[] {
    const price = this.#reference(id);
    const groups: [keyof FakeQuote, number[]][] = [
      [
        'lastSize',
        [
          quote.lastSize ?? Number.NaN,
          quote.volume ?? Number.NaN,
          Math.floor((FAKE_START_US + version * 1000 - (quote.tradeTimeUs ?? Number.NaN)) / 1000),
        ],
      ],
      ['last', [(quote.last ?? Number.NaN) - price]],
      ['bid', [(quote.bid ?? Number.NaN) - price]],
      ['bidSize', [quote.bidSize ?? Number.NaN]],
      ['ask', [(quote.ask ?? Number.NaN) - price]],
      ['askSize', [quote.askSize ?? Number.NaN]],
      ['high', [(quote.high ?? Number.NaN) - price, (quote.low ?? Number.NaN) - price]],
    ];
    let bits = 0;
    const body: number[] = [];
    groups.forEach(([field, numbers], bit) => {
      if (quote[field] === undefined) return;
      bits |= 1 << bit;
      body.push(...numbers);
    });
    return [id, bits, ...body];
  }

  #sendNumbers(kind: number, version: number, body: readonly number[]): void {
    this.#sendBytes(kind, version, body.length, (out, at) =>
      body.reduce((position, value) => writeNumber(out, position, value), at),
    );
  }

  #sendBytes(
    kind: number,
    version: number,
    numbers: number,
    write: (out: Uint8Array, at: number) => number,
  ): void {
    this.version = version;
    const out = new Uint8Array(ROOM_BYTES + FRAME_HEAD_BYTES_MAX);
    const start = writeFrameHead(out, 0, kind, version, this.#server.generation, numbers);
    const bytes = out.slice(0, write(out, start));
    this.deliver(this.#encoding === 'json' ? dataFrameToJson(bytes) : bytes);
  }

  #hear(frame: Frame): void {
    invariant(this.#isOpen, 'a client may only send on an open connection');
    const message = decodeClientFrame(frame) as ClientMessage;
    this.said.push(message);
    if (!this.#server.autoAnswer) return;
    if (message.type === 'hello') this.#answerHello(message);
    if (message.type === 'dictionary') this.instruments();
    if (message.type === 'ping') {
      this.tell({
        type: 'pong',
        nonce: message.nonce,
        serverTimeUs: unixUs(FAKE_START_US + this.version * 1000),
      });
    }
    if (message.type === 'subscribe') {
      const { subscription, channel, maxRateHz } = message;
      this.tell({
        type: 'subscribed',
        subscription,
        channel,
        maxRateHz: maxRateHz ?? LIMITS.rateHzDefault,
        instruments: this.#server.entries.length,
        unmatched: [],
      });
      this.instruments();
    }
  }

  #answerHello(hello: HelloMessage): void {
    const resumed = hello.resume?.epoch === this.#server.epoch;
    this.welcome({ resume: hello.resume === undefined ? 'none' : resumed ? 'resumed' : 'reset' });
    this.timeline({ density: [] });
    this.status();
  }
}
