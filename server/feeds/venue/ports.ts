import type {
  Aggressor,
  AssetClass,
  GapReason,
  InstrumentId,
  MarketEvent,
  MarketEventType,
  PriceTicks,
  SizeLots,
  UnixUs,
} from '#protocol';
import type { BookNumbers, Portions } from './portions.ts';

/** One frame as it was on the wire: text, or bytes where a venue speaks MessagePack. */
export type RawFrame = string | Uint8Array;

/** A secret that a venue needs, and where it is read from. */
export interface VenueKey {
  /** Name of the environment variable. */
  readonly env: string;
  readonly help: string;
}

/** What a venue says of one of its instruments before any price of it. Increments as decimal text; empty = learnt from the digits seen. */
export interface VenueListing {
  /** As its frames spell it. */
  readonly symbol: string;
  readonly name: string;
  readonly assetClass: AssetClass;
  /** Currency of the price. */
  readonly currency: string;
  readonly tick: string;
  readonly lot: string;
}

/** Everything about a venue that is a number or a name. Each bound is quoted beside it with its source. */
export interface VenueFacts {
  /** As `--feed` and instrument keys spell it. */
  readonly name: string;
  /** For people: `Coinbase Exchange`. */
  readonly title: string;
  /** Where the protocol is documented. */
  readonly documentation: string;
  readonly offers: readonly MarketEventType[];
  /** What its symbols look like: `BTC-USD`. The first is what it is tried with. */
  readonly symbolExamples: readonly string[];
  readonly keys: readonly VenueKey[];
  readonly url: string;
  /** Start of every REST address; empty where nothing is asked for. */
  readonly restUrl: string;
  /** Longest frame that is taken, bytes: beyond the largest that the venue is known to send. */
  readonly frameBytesMax: number;
  readonly connectTimeoutMs: number;
  /** How long after asking a subscription may stay without an answer. */
  readonly ackTimeoutMs: number;
  /** A connection without any sign of life (see `lifeSign`) for this long is dead: two to three of the venue's intervals. */
  readonly silenceMaxMs: number;
  /**
   * How often the sign of life comes: what is shown is marked stale when two of them are missing, well before the connection is given up.
   * Absent = a third of `silenceMaxMs`.
   */
  readonly heartbeatMs?: number;
  /** What proves that the connection lives: any frame, only the venue's own heartbeat, or the WebSocket ping that it sends. */
  readonly lifeSign: 'frame' | 'heartbeat' | 'ping';
  /** The client's own `ping()` is sent this often; 0 = never. */
  readonly pingEveryMs: number;
  readonly symbolsPerConnection: number;
  /** Frames that we may send, a second. */
  readonly framesPerSecond: number;
  /** The venue ends a connection after this long; a new one is opened before. `Infinity` where it does not. */
  readonly connectionLifeMs: number;
  /** How many connections the venue allows one client at once (rotation needs two). */
  readonly connectionsMax: number;
  /** `contiguous`: the next trade has the id + 1; `increasing`: ids only grow; `opaque`: ids tell trades apart; `none`. */
  readonly tradeIds: 'contiguous' | 'increasing' | 'opaque' | 'none';
  /** The WebSocket's request headers, for venues that choose a codec by them. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly subprotocol?: string;
}

/** Asks the venue's REST interface. */
export interface VenueRest {
  /**
   * The body of the answer to GET `restUrl + path`.
   * @throws Error one sentence when the venue cannot be reached, answers other than 2xx or is slower than its time-out
   */
  text(path: string): Promise<string>;
}

/** What an adapter has to say of a fault in the venue's stream. */
export interface VenueFault {
  readonly kind: 'gap' | 'checksum' | 'crossed' | 'malformed' | 'order';
  /** Absent = every symbol of the connection, where the venue numbers its frames and not those of a symbol. */
  readonly symbol?: string;
  /** One sentence with the numbers: `Update 17 follows 12.` */
  readonly detail: string;
}

/** An instrument as a connection's adapter sees it. Text of the wire goes to integers here, without a float between. */
export interface VenueInstrument {
  readonly symbol: string;
  readonly id: InstrumentId;
  /** Ticks; NaN when the text is no decimal. A finer one than the tick redefines the instrument with the finer tick first. */
  price(text: string): PriceTicks;
  /** Lots; as `price`. */
  size(text: string): SizeLots;
  /**
   * Ticks of many prices at once, so that a finer one among them is found before any is converted: flat `price, size, ...` text to flat
   * integers, appended to `levels`. Returns how many pairs were no decimals and were left out.
   */
  levels(texts: readonly (readonly string[])[], levels: number[]): number;
  /**
   * A whole book of any size, read in portions: for `yield*` within work that is handed to `port.inPortions`. Its numbers are right as
   * long as nothing is yielded before the event that is made of them.
   */
  book(bids: readonly (readonly string[])[], asks: readonly (readonly string[])[]): Portions<BookNumbers>;
  /**
   * Rises when the instrument was redefined. Only an adapter that keeps integers beyond one event needs it: those from before are in
   * older units. Numbers of the event in the making are put right without its doing.
   */
  readonly revision?: number;
}

/**
 * What an adapter talks to: where its events go and where it says what the venue told it. Implemented by the running feed, by the
 * offline run over a capture, and by the conformance kit.
 */
export interface VenuePort {
  /** Null for a symbol that was not asked for: such a frame is counted with `unexpected`. */
  instrument(symbol: string): VenueInstrument | null;
  /** Takes a quote, book, statistics or bar. The object may be used again after the call. */
  event(event: MarketEvent): void;
  /**
   * Takes a trade. Ones that were already taken (by id) are left out; where ids are contiguous a hole is filled from `Venue.trades`,
   * or told as a gap with both ends.
   */
  trade(trade: VenueTrade): void;
  /** The symbol's subscription stands, and (with a book) its first snapshot is in: it is live from here on. */
  live(symbol: string): void;
  /** The venue took the subscription of a channel; data is still to come. */
  acknowledged(symbol: string, channel: string): void;
  /** The venue will not serve this symbol: shown per instrument, never as a calm market. */
  refused(symbol: string, channel: string, reason: string): void;
  /** Authentication is done (or none is needed): subscriptions may be sent. Called once per connection. */
  ready(): void;
  /** The venue's own sign of life. */
  heartbeat(): void;
  /** A fault of one instrument, or of all of this connection: marked stale, counted once, and `resync` is asked for the frames of each. */
  fault(fault: VenueFault): void;
  /** A checksum of the venue was compared with our book; a wrong one is also told as a fault. Absent where nobody counts. */
  checksum?(isRight: boolean): void;
  /** A frame of a kind that the adapter does not know: counted, not fatal. */
  unknown(kind: string): void;
  /** A frame that is not what the venue's documents say: counted and kept for the log. */
  malformed(reason: string): void;
  /** A frame for a symbol or channel that was not asked for. */
  unexpected(what: string): void;
  /** The venue says something for people, neither a fault nor an end: counted, and shown to the operator in its own words. */
  notice(sentence: string): void;
  /** The venue asked for a new connection, or announced its end: a new one is opened before this one is let go. */
  rotate(reason: string): void;
  /**
   * This connection cannot go on. `permanent`: trying again is no use (a wrong key); one sentence for the viewer. `cause`: what is missing
   * because of it, `overload` where the venue cut us off for being slow; absent = `cut`.
   */
  fail(reason: string, permanent: boolean, cause?: GapReason): void;
  send(frame: RawFrame): void;
  /**
   * Does long work, such as taking a book of 40,000 levels: up to its first `yield` at once, and each further portion after others were
   * let in. Frames of this connection that come meanwhile wait in order, and so do calls of `subscribe`, `unsubscribe` and `resync`.
   * What is not done when the connection ends, or when the symbol is given up, is left: change nothing of your own before the last
   * `yield` that could not be left so.
   */
  inPortions(symbol: string, work: Portions): void;
  readonly rest: VenueRest;
  /** The value of one of `Venue.keys`; empty when it is not set. */
  key(env: string): string;
}

export interface VenueTrade {
  readonly symbol: string;
  /** As text: may exceed 2^53 or be a UUID; empty when the venue has none. */
  readonly id: string;
  readonly price: string;
  readonly size: string;
  readonly aggressor: Aggressor;
  /** The venue's time; equal to `receiveTimeUs` where it sends none. */
  readonly venueTimeUs: UnixUs;
  readonly receiveTimeUs: UnixUs;
}

/**
 * The adapter's side of one connection: a pure translator with the state of that connection (book chains, checksums, what was
 * acknowledged). It owns no socket, timer or clock, and never throws for what a venue sends.
 */
export interface VenueConnection {
  /** The socket is open. Calls `port.ready()` at once or when the venue has let us in. */
  onOpen(): void;
  onFrame(frame: RawFrame, receiveTimeUs: UnixUs): void;
  /** Frames that ask for these symbols, all channels that we use of them, in batches that the venue takes. */
  subscribe(symbols: readonly string[]): RawFrame[];
  unsubscribe(symbols: readonly string[]): RawFrame[];
  /** Frames that bring a new snapshot of one symbol after a fault. May begin a REST request by itself and return none. */
  resync(symbol: string): RawFrame[];
  /** The client's own ping, where `pingEveryMs` is not 0. */
  ping?(): RawFrame;
}

/** A venue: its facts, and what makes translators for its connections. The whole of an adapter is one of these. */
export interface Venue extends VenueFacts {
  /** Listings of the wanted symbols (all of the venue's when empty); a symbol that the venue does not list is left out. */
  listings(rest: VenueRest, symbols: readonly string[]): Promise<VenueListing[]>;
  connect(port: VenuePort): VenueConnection;
  /** Trades `fromId..toId` (both included), oldest first, as far as REST still has them. Only where ids are contiguous. */
  trades?(rest: VenueRest, symbol: string, fromId: string, toId: string): Promise<VenueTrade[]>;
  /** Address of a connection, where it depends on what is watched or on a choice of the user (`alpaca`: which feed). */
  address?(base: string, symbols: readonly string[]): string;
}
