import type {
  Aggressor,
  BarInterval,
  DictionaryEntry,
  EventDensity,
  FeedStatus,
  GapMark,
  InstrumentId,
  QuoteColumns,
  RecordingInfo,
  TimelineRequest,
  TimelineState,
  UnixUs,
} from '#protocol';
import type { ConnectionLimits } from '../client/connection-limits.ts';

/**
 * What the page knows, as its components see it. Two kinds of state: numbers that tick live in typed columns that panels
 * read at their own cadence (`quotes`, the streams' listeners); structure that changes a few times a second at most lives in
 * rune classes (`connection`, `timeline`, `feeds`, `instruments`).
 */
export interface Market {
  readonly quotes: QuoteStore;
  readonly connection: ConnectionState;
  readonly timeline: TimelineView;
  readonly feeds: FeedsView;
  readonly gaps: GapsView;
  readonly instruments: InstrumentsView;
  /** Starts the worker and connects. Idempotent. */
  start(): void;
  /** Ends the worker and frees the socket. Idempotent. */
  stop(): void;
  /** The browser has signed in, or out: its connections say who they are anew, or end. */
  onSignIn(signedIn: boolean): void;
  /** Keeps the columns of all matching instruments current, at most `maxRateHz` times a second. */
  watchQuotes(selectors: readonly string[], maxRateHz: number): QuoteWatch;
  /** History of one instrument, then each bar as it changes. Survives reconnects and seeks by a new `onRows`. */
  openBars(instrument: InstrumentId, interval: BarInterval, count: number, listener: BarListener): BarStream;
  /** The last trades, then each one as it comes. */
  openTrades(instrument: InstrumentId, listener: TradeListener): Stream;
  openBook(instrument: InstrumentId, listener: BookListener): Stream;
  /** Ceilings over the rates of all that is watched and over all that is sent. Hold until changed, over reconnects too. */
  limitConnection(limits: ConnectionLimits): void;
  command(command: TimelineRequest): void;
}

export interface QuoteStore {
  /** Last values by instrument id. The arrays are replaced when they grow: read them through this property each time. */
  readonly columns: QuoteColumns;
  /** Dictionary by instrument id. Holes are possible. */
  readonly entries: readonly (DictionaryEntry | undefined)[];
  /** `performance.now()` of the last change of an instrument on this page; 0 = never. */
  readonly changedAtMs: Float64Array;
  /** Rises with each commit from the worker, at most once an animation frame. */
  readonly commits: number;
  /** Closing prices in ticks for a sparkline: one a minute for the last hour, oldest first, the last one = now. May be empty. */
  closes(instrument: InstrumentId): readonly number[];
  /** Called after each commit with the instruments that changed, none where it brought other things only; returns the undo. */
  onCommit(run: (changed: Int32Array) => void): () => void;
}

export interface QuoteWatch extends Stream {
  tune(maxRateHz: number): void;
}

export interface Stream {
  close(): void;
}

export interface BarStream extends Stream {
  /** Asks for bars before the oldest one held; they arrive through `onOlder`. */
  loadOlder(): void;
  /** Other bars of the instrument, once; they are no part of the series. `take` gets null when they cannot be had now. Returns the undo. */
  ask(query: BarsQuery, take: (rows: Float64Array | null, more: boolean) => void): () => void;
}

export interface BarsQuery {
  interval: BarInterval;
  /** Bars merged into one. */
  step: number;
  /** Only bars that start before, s; null = up to now. */
  beforeS: number | null;
  count: number;
}

export interface BarListener {
  /** The whole series anew: six numbers a bar, oldest first (start s, open, high, low, close ticks, volume lots). */
  onRows(rows: Float64Array, more: boolean): void;
  /** Older bars to put in front. */
  onOlder(rows: Float64Array, more: boolean): void;
  /** One bar, new or changed. */
  onBar(startS: number, open: number, high: number, low: number, close: number, volume: number): void;
}

export interface Trade {
  seq: number;
  venueTimeUs: UnixUs;
  price: number;
  size: number;
  aggressor: Aggressor;
}

export interface TradeListener {
  /** The last trades anew, oldest first. */
  onReset(trades: readonly Trade[]): void;
  /** New trades, oldest first. */
  onTrades(trades: readonly Trade[]): void;
  /** This many trades were lost between the ones before and the next. */
  onLost(count: number): void;
}

export interface BookListener {
  /** Best first; flat price (ticks), size (lots) runs. `null` = this source has no depth. */
  onBook(bids: readonly number[], asks: readonly number[]): void;
}

export type ConnectionPhase = 'snapshot' | 'connecting' | 'live' | 'reconnecting' | 'recovered' | 'stopped';

/** Rune class: `connection.svelte.ts`. Changes a few times a second at most. */
export interface ConnectionState {
  /** `snapshot` = only the server-rendered rows so far; `recovered` lasts 2 s after a reconnect. */
  readonly phase: ConnectionPhase;
  /** The server asks who the viewer is, and the browser cannot say. */
  readonly mustSignIn: boolean;
  /** Number of the attempt that is running or waiting; 0 while live. */
  readonly attempt: number;
  /** Sentence of the last close or error; empty when all is well. */
  readonly message: string;
  /** Timeline time of the newest frame, us; 0 before the first. */
  readonly shownTimeUs: number;
  /** Now minus the newest frame's own time, ms: network and server delay together, clock difference taken out. */
  readonly lagMs: number;
  /** Source events the server took in, a second. */
  readonly receivedPerSecond: number;
  /** Frames of quotes that this page applied, a second. */
  readonly shownPerSecond: number;
  /** Field updates that this page applied, a second. */
  readonly appliedPerSecond: number;
  /** Newest version applied. */
  readonly asOf: number;
  /** Updates that were newer than ours when the connection came back; 0 when none were. */
  readonly missedUpdates: number;
  /** Set while the server serves slower than granted; empty otherwise. */
  readonly throttled: string;
  /** The fastest rate of quotes that the server granted, Hz (0 = none yet), and its cap on all that it sends (0 bits/s = none). */
  readonly granted: ConnectionLimits;
}

/** Rune class: `timeline.svelte.ts`. */
export interface TimelineView {
  readonly mode: 'live' | 'replay';
  /** Name of the stretch of straight play that is watched: a seek begins another. Empty before the server told. */
  readonly epoch: string;
  readonly state: TimelineState;
  /** Chosen speed. */
  readonly speed: number;
  readonly recording: RecordingInfo | null;
  /** The stretch that is played over and over; null = none. */
  readonly loop: { fromTimeUs: UnixUs; toTimeUs: UnixUs } | null;
  /** Whose timeline it is, where several share it by name; empty = the server's, or the viewer's own. */
  readonly room: string;
  /** Live: since when the server's tape holds what happened, us; 0 = it keeps none. */
  readonly tapeFromUs: number;
  /** Runs of activity, oldest first; between two lies silence that playing jumps over. Empty before the server told. */
  readonly density: readonly EventDensity[];
  /** Jumps over recorded silence so far, oldest first. */
  readonly skips: readonly { fromTimeUs: UnixUs; toTimeUs: UnixUs }[];
  /** False until the server has told what it shows: what stands here before is the page's own guess. */
  readonly isTold: boolean;
  /** Rises each time that another timeline is watched than before. */
  readonly switches: number;
  /** The last command that the server refused; null = none since the last switch. Another object each time. */
  readonly refusal: { readonly code: number; readonly message: string } | null;
  /** The live market's time now, us, also in a replay and without a connection; by the viewer's clock until the server has told. No rune. */
  liveNowUs(): number;
  /** The server said by another way what the live market's time is now, us. */
  onLiveTime(timeUs: number): void;
  /** The timeline's time now, us, extrapolated from the last frame: call it when drawing, it is no rune. 0 before the first frame. */
  nowUs(): number;
}

export interface FeedsView {
  readonly feeds: readonly FeedStatus[];
  /** Instruments that cannot be trusted now, and why, in one sentence each. */
  readonly stale: ReadonlyMap<number, string>;
  readonly counters: Readonly<Record<string, number>>;
}

export interface GapsView {
  /** Where something is missing for good, in the order in which it became known. Replaced when there are more. */
  readonly marks: readonly GapMark[];
}

export interface InstrumentsView {
  /** All known instruments, in the dictionary’s order (most active first). Replaced when there are others, or one is another than it was; an open moves in place. */
  readonly all: readonly DictionaryEntry[];
}

export type { PageSnapshot, SnapshotRow } from '#protocol';
