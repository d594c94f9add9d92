import type { RawFrame, Venue } from '../../../server/feeds/venue/ports.ts';

/** A trade as the test wants it: the script spells it in its venue's words. */
export interface ScriptTrade {
  readonly symbol: string;
  readonly id: number;
  readonly price: string;
  readonly size: string;
  readonly timeUs: number;
}

/**
 * How one venue speaks, for a fake of it: what it says by itself, what it answers, and what its faults look like. It keeps the venue's
 * side of the state (sequence numbers, books) and knows no sockets. A fault that the venue cannot have is null.
 */
export interface VenueScript {
  readonly venue: Venue;
  /** Two symbols that the fake lists. */
  readonly symbols: readonly [string, string];
  /** Keys that the fake lets in. */
  readonly env?: Readonly<Record<string, string>>;
  /** Frames of a new connection, before the client says anything. */
  greeting(): RawFrame[];
  /**
   * Answers to a frame of the client: acknowledgements, snapshots, pongs.
   * @param refuse symbols whose subscription is refused
   */
  answer(frame: RawFrame, refuse: ReadonlySet<string>): RawFrame[];
  /** Whether a frame of the client says who it is: without its answer nothing is subscribed. Absent where nobody is asked. */
  isLogin?(frame: RawFrame): boolean;
  /** Frames that prove that the venue lives; none where only pings do, which the fake sends by itself. */
  heartbeat(): RawFrame[];
  /** The body for a REST path; null = not found. `trades` are all that the venue has had, oldest first. */
  rest(path: string, trades: readonly ScriptTrade[]): string | null;
  trade(trade: ScriptTrade): RawFrame;
  /** The next change of a symbol's book, right in every way: an id, a sequence number, a checksum. Null = the venue has no book. */
  bookChange(symbol: string): RawFrame | null;
  /** A change whose checksum is wrong; null = the venue has none. */
  badChecksum(symbol: string): RawFrame | null;
  /** A frame of a kind that no document names. */
  unknownKind(): RawFrame;
  /** A trade frame in which a price is of another type or no number. */
  wrongType(symbol: string): RawFrame;
  /** A good frame for a symbol that was never asked for. */
  unknownSymbol(): RawFrame;
  /** The venue says that it is going to end this connection; null = it never says so. */
  plannedShutdown(): RawFrame | null;
  /** The venue says that too much was asked, before it cuts; null = it cuts without a word. */
  rateLimit(): RawFrame | null;
  /** The frame with the number that the connection gives it, for venues that count frames; absent where none does. */
  numbered?(frame: RawFrame, next: () => number): RawFrame;
  /** Whether a lost change of the book is noticed by the next one (a sequence or a checksum). */
  readonly noticesLostChanges: boolean;
}
