import type {
  FeedState,
  GapMark,
  GapReason,
  InstrumentDefinition,
  InstrumentId,
  MarketEvent,
  MarketEventType,
  UnixUs,
  WireBar,
} from '#protocol';

/** Undoes a timer or a listener. Calling it twice does nothing. */
export type Cancel = () => void;

/** Time as the parts see it: the machine's in production, the test's own in tests. */
export interface Clock {
  nowUs(): UnixUs;
  after(delayMs: number, run: () => void): Cancel;
  every(periodMs: number, run: () => void): Cancel;
  /** Runs when what has arrived meanwhile was let in: the way to split long work. */
  soon(run: () => void): Cancel;
}

/** Where a source puts what it has. Implemented by a timeline's ingest and by anything that listens in on a source. */
export interface EventSink {
  /**
   * Makes an instrument known, or returns the id it already has. A definition that differs from the known one (a finer
   * tick, a new name) replaces it.
   */
  define(instrument: InstrumentDefinition): InstrumentId;
  /** Takes one event. The event belongs to the caller again when the call returns. Never throws for bad values: it counts them. */
  onEvent(event: MarketEvent): void;
  /** What the source says of itself. `message` is one sentence for the viewer, empty when all is well. */
  onState(state: FeedState, message: string): void;
  /**
   * Whether what is known of an instrument can be trusted now: one sentence why not, empty = it is live (again).
   * @param cause what kind of fault it is; `late` = a sign of life is missing, and nothing is lost yet; absent = the connection was lost
   */
  onTrust?(instrument: InstrumentId, reason: string, cause?: GapReason | 'late'): void;
  /** Something is missing for good: told when both ends are known. */
  onGap?(gap: FeedGap): void;
}

/** A gap as the feed that has it tells it. */
export type FeedGap = Omit<GapMark, 'feed'>;

/** What a feed says of its own health. */
export interface FeedReport {
  /** Since the start, by reason: `reconnects`, `fault_gap`, `duplicate_trades`, ... They only rise. */
  readonly counters: Readonly<Record<string, number>>;
  /** The newest faults in words, newest last. */
  readonly problems: readonly { readonly timeUs: UnixUs; readonly message: string }[];
  /** When the venue gave a sign of life last; null before the first. */
  readonly lifeUs: UnixUs | null;
  /** When the next attempt to connect is made, while all that is left is to wait for it. */
  readonly retryUs?: UnixUs | null;
  /** Instruments that were made known, that are asked for now, and of those the ones that are live. */
  readonly instruments: { readonly listed: number; readonly wanted: number; readonly live: number };
}

/** A live source of market data. An adapter is pure translation: reconnecting, rate limits and silence are the supervisor's. */
export interface Feed {
  /** Unique among the running feeds; the status bar shows it. */
  readonly name: string;
  readonly venue: string;
  /** True for prices that are made up. Shown wherever they are. */
  readonly simulated: boolean;
  readonly offers: readonly MarketEventType[];
  /** Symbols that it is going to make known, as its venue spells them, where that is known before it has started. */
  readonly expects?: readonly string[];
  /** Connects, defines what instruments it has, and begins to deliver. Rejects when that cannot be done. */
  start(sink: EventSink): Promise<void>;
  /** Demand: called with the instruments that someone watches now, and those that nobody does any more. */
  subscribe(instruments: readonly InstrumentId[]): void;
  unsubscribe(instruments: readonly InstrumentId[]): void;
  /**
   * Bars that start before `beforeS` (seconds since 1970), oldest first, at most `count`; fewer or none when the source has no more.
   * Absent when the source keeps no history.
   */
  history?(instrument: InstrumentId, intervalS: number, beforeS: number, count: number): Promise<WireBar[]>;
  /** Absent where there is nothing that could fail. */
  report?(): FeedReport;
  /** True = it tells its instruments' gaps with `onGap`. Else each time in which one of them could not be trusted is taken for a gap. */
  readonly tellsGaps?: boolean;
  /** Whether `start` may be called again after `close`: what a restart by the operator needs. */
  readonly restartable?: boolean;
  /** Stops delivery, frees every timer and socket. Idempotent; done within 2 s. */
  close(): Promise<void>;
}
