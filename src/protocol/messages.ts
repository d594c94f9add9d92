import type { AccessMessage, TokenMessage } from './access.ts';
import type { Channel, BarInterval } from './channel.ts';
import type { GapMark, GapsMessage } from './gap.ts';
import type { DictionaryEntry } from './instrument.ts';
import type { TimelineClock } from './timeline-clock.ts';
import type { AsOf, DurationMs, InstrumentId, SeqNo, UnixUs } from './units.ts';

/* ---- client to server ---------------------------------------------------------------------------------------- */

export interface HelloMessage {
  type: 'hello';
  version: number;
  /** Name and version of the client program, for logs: `tickwire-web/0.1.0`. */
  client: string;
  token?: string;
  /** What the client still holds from an earlier connection. */
  resume?: { epoch: string; asOf: AsOf };
}

export interface SubscribeMessage {
  type: 'subscribe';
  /** Chosen by the client, unique among its open subscriptions. */
  subscription: number;
  channel: Channel;
  /** `BTC-USD`, `coinbase:BTC-USD`, `BTC-*`, `venue:coinbase`, `*`; a leading `!` excludes. */
  selectors: string[];
  maxRateHz?: number;
  /**
   * The client still holds this subscription's values as of `hello.resume`: send only what is newer. Without it, or when the
   * resume was answered with `reset`, everything is sent.
   */
  resume?: boolean;
}

export interface UnsubscribeMessage {
  type: 'unsubscribe';
  subscription: number;
}

export type TuneMessage =
  | { type: 'tune'; subscription: number; maxRateHz: number }
  /** The whole connection: a ceiling over the rates of its subscriptions, and over all that the server sends on it. */
  | {
      type: 'tune';
      subscription?: never;
      maxRateHz?: number;
      /** 0 = no cap. */
      maxBitsPerSecond?: number;
    };

export interface AckMessage {
  type: 'ack';
  asOf: AsOf;
  /** The client's own estimate of how late it shows what it gets, ms. */
  lagMs: number;
}

/** Asks for the whole dictionary again: a data frame named a generation that the client does not have. */
export interface DictionaryMessage {
  type: 'dictionary';
}

export type TimelineCommand =
  | { type: 'timeline'; op: 'play' | 'pause' }
  | { type: 'timeline'; op: 'seek'; timeUs: UnixUs }
  | { type: 'timeline'; op: 'speed'; speed: number }
  /** Forward by this many events, by this much recorded time, or to the n-th next begin of a bar; backward when negative. */
  | {
      type: 'timeline';
      op: 'step';
      events?: number;
      durationUs?: number;
      bars?: { count: number; interval: BarInterval };
    }
  /** Plays a stretch over and over; without times, no more. */
  | { type: 'timeline'; op: 'loop'; fromTimeUs?: UnixUs; toTimeUs?: UnixUs }
  /** Recorded silence longer than this (us) is jumped over while playing. */
  | { type: 'timeline'; op: 'idle'; skipIdleUs: number };

/** Goes to a timeline of one's own, or of a room. */
export interface OpenReplayCommand {
  type: 'timeline';
  op: 'open';
  /** A recording, or several with `RECORDINGS_SEPARATOR` between them; `TAPE_NAME` for what the server records of its live market. */
  recording: string;
  /** Where to begin; absent = at its start. */
  timeUs?: UnixUs;
  speed?: number;
  /** Default false: it plays. */
  paused?: boolean;
  /** All who open the same recording with the same room watch and move one timeline. Absent = one's own. */
  room?: string;
}

/** Goes back to the server's own timeline. */
export interface LeaveReplayCommand {
  type: 'timeline';
  op: 'leave';
}

/** Everything that a viewer may ask of timelines. */
export type TimelineRequest = TimelineCommand | OpenReplayCommand | LeaveReplayCommand;

/** Name under which the rolling tape of the live market is opened. */
export const TAPE_NAME = 'tape';

/** Between the names of recordings that are played as one. No name holds it. */
export const RECORDINGS_SEPARATOR = '|';

export type HistoryRequest =
  | {
      type: 'history';
      request: number;
      kind: 'bars';
      instrument: InstrumentId;
      interval: BarInterval;
      /** Only bars that start before this time; absent = up to now, the bar in progress included. */
      beforeTimeUs?: UnixUs;
      count: number;
      /** Bars merged into one, for a view without room for all; absent = 1. */
      step?: number;
    }
  | { type: 'history'; request: number; kind: 'trades'; instrument: InstrumentId; count: number }
  | {
      type: 'history';
      request: number;
      kind: 'closes';
      instruments: InstrumentId[];
      interval: BarInterval;
      count: number;
    };

export interface PingMessage {
  type: 'ping';
  nonce: number;
}

export type ClientMessage =
  | HelloMessage
  | SubscribeMessage
  | UnsubscribeMessage
  | TuneMessage
  | AckMessage
  | DictionaryMessage
  | TimelineRequest
  | HistoryRequest
  | TokenMessage
  | PingMessage;

/* ---- server to client: control ------------------------------------------------------------------------------- */

export type ResumeOutcome =
  /** Nothing was asked. */
  | 'none'
  /** What comes is newer than the client's `asOf`; what it holds stays valid. */
  | 'resumed'
  /** Another epoch: drop everything, snapshots follow. */
  | 'reset';

export interface WelcomeMessage {
  type: 'welcome';
  version: number;
  session: string;
  epoch: string;
  resume: ResumeOutcome;
  clock: TimelineClock;
  server: string;
  heartbeatMs: DurationMs;
  silenceMaxMs: DurationMs;
  /** Where the server asks who the viewer is. */
  user?: string;
  /** When the token expires; absent = it does not. */
  expiresUs?: UnixUs;
}

export interface InstrumentsMessage {
  type: 'instruments';
  generation: number;
  entries: DictionaryEntry[];
  /**
   * New references of instruments that the client already has: id, reference price (ticks), reference volume (lots), flat.
   * Everything else of their entries stands. Absent = none.
   */
  references?: number[];
}

export interface SubscribedMessage {
  type: 'subscribed';
  subscription: number;
  channel: Channel;
  /** The granted rate: the request, rounded down to a rate class. */
  maxRateHz: number;
  /** How many instruments match now. */
  instruments: number;
  /** Selectors that match nothing now (they may match later). */
  unmatched: string[];
}

export interface UnsubscribedMessage {
  type: 'unsubscribed';
  subscription: number;
}

export type TunedMessage =
  | { type: 'tuned'; subscription: number; maxRateHz: number }
  /** Both ceilings of the connection as they are now; 0 bits a second = no cap. */
  | { type: 'tuned'; subscription?: never; maxRateHz: number; maxBitsPerSecond: number };

/** Why a connection is served slower than granted. `recovered`: it is served as granted again. */
export type ThrottleReason = 'queue-full' | 'client-lag' | 'server-busy' | 'recovered';

/** The server serves a connection slower than granted for now, or again as granted. */
export interface ThrottledMessage {
  type: 'throttled';
  /** The rate served for now; 0 while data waits, and with `recovered`. */
  maxRateHz: number;
  reason: ThrottleReason;
}

/** Events a bucket over a run of activity, which ends after the last bucket: a part of the replay bar's histogram. */
export interface EventDensity {
  fromTimeUs: UnixUs;
  bucketUs: number;
  counts: number[];
}

export interface RecordingInfo {
  name: string;
  firstTimeUs: UnixUs;
  lastTimeUs: UnixUs;
  events: number;
}

export type TimelineState = 'live' | 'playing' | 'paused' | 'seeking' | 'ended';

export interface TimelineMessage {
  type: 'timeline';
  mode: 'live' | 'replay';
  state: TimelineState;
  /** A seek begins a new epoch: subscriptions stay, values of the old one are void, snapshots follow. */
  epoch: string;
  clock: TimelineClock;
  /** Chosen speed, which a pause keeps while `clock.speed` is 0. */
  speed: number;
  recording: RecordingInfo | null;
  /**
   * Runs of activity, oldest first. Between two lies recorded silence that playing jumps over. Live has one, the last hour.
   * Null = as told before: only the first message on a connection carries it.
   */
  density: EventDensity[] | null;
  /** Set on the message that follows a jump over recorded silence. */
  skipped: { fromTimeUs: UnixUs; toTimeUs: UnixUs } | null;
  /** The connection watches another timeline than before: its dictionary is void too. */
  switched?: true;
  /** The stretch that is played over and over; absent = none. */
  loop?: { fromTimeUs: UnixUs; toTimeUs: UnixUs };
  /** Whose timeline it is, where several share it by name; absent = the server's, or the viewer's own. */
  room?: string;
  /** Live: since when the server's tape holds what happened; absent = it keeps none. */
  tapeFromUs?: UnixUs;
}

export type FeedState = 'connecting' | 'live' | 'stale' | 'down' | 'closed';

export interface FeedStatus {
  name: string;
  venue: string;
  state: FeedState;
  simulated: boolean;
  /** One sentence for the viewer; empty when all is well. */
  message: string;
  eventsPerSecond: number;
  /** Median of arrival time minus venue time over the last second, ms; null without events. Negative when clocks differ. */
  latencyMs: number | null;
  /** The 99th percentile of the same. */
  latencyP99Ms?: number | null;
  /** By how much the venue's clock and the server's differ, way included, ms: the median of the last minute. Shown, never applied. */
  skewMs?: number;
  /** Instruments that the feed made known, that are asked for now, and of those the ones that are live. */
  instruments?: { readonly listed: number; readonly wanted: number; readonly live: number };
  /** Faults and repairs since the start, by reason: `reconnects`, `fault_gap`, `duplicate_trades`, ... */
  counters?: Readonly<Record<string, number>>;
  lastProblem?: { readonly timeUs: UnixUs; readonly message: string } | null;
  /** The operator can start it anew. */
  restartable?: true;
  /** The feed that it stands in for, and for how many instruments it does so now. */
  backup?: { readonly of: string; readonly serving: number };
}

/** An instrument that is shown, and must not be taken for a live one. */
export interface StaleInstrument {
  instrument: InstrumentId;
  /** One sentence for the viewer. */
  reason: string;
}

export interface StatusMessage {
  type: 'status';
  feeds: FeedStatus[];
  /** Instruments whose feed says that they cannot be trusted now: all of them. Absent = as told before. */
  stale?: StaleInstrument[];
  /** Source events that the engine took in during the last second. */
  receivedPerSecond: number;
  /** Events that were refused or lost since the start, by reason. */
  counters: Record<string, number>;
}

/** Trades that a client cannot get any more: they left the ring before it could be served. */
export interface TradesLostMessage {
  type: 'trades-lost';
  instrument: InstrumentId;
  fromSeq: SeqNo;
  toSeq: SeqNo;
}

/** Changes of the raw channel that a client cannot get any more. */
export interface ChangesLostMessage {
  type: 'changes-lost';
  instrument: InstrumentId;
  fromSeq: SeqNo;
  toSeq: SeqNo;
}

export type HistoryAnswer =
  | {
      type: 'history';
      request: number;
      kind: 'bars';
      instrument: InstrumentId;
      interval: BarInterval;
      /** Six numbers a bar, oldest first: start (s since 1970), open, high, low, close (ticks), volume (lots). */
      rows: number[];
      /** False when nothing older exists. */
      more: boolean;
      /** Gaps of the instrument, and of its whole feed, in the span of the bars; absent = none is known. */
      gaps?: GapMark[];
    }
  | {
      type: 'history';
      request: number;
      kind: 'trades';
      instrument: InstrumentId;
      /** Five numbers a trade, oldest first: sequence, venue time (us since 1970), price (ticks), size (lots), aggressor. */
      rows: number[];
    }
  | {
      type: 'history';
      request: number;
      kind: 'closes';
      interval: BarInterval;
      /** Closing prices (ticks) per instrument, oldest first; the last is the price now. */
      series: { instrument: InstrumentId; closes: number[] }[];
    };

export interface ErrorMessage {
  type: 'error';
  code: number;
  message: string;
  /** The type of the message that failed, and its subscription or request number when it had one. */
  inReplyTo?: string;
  subscription?: number;
  request?: number;
}

export interface GoodbyeMessage {
  type: 'goodbye';
  code: number;
  reason: string;
  /** When to come back, ms from now; absent = with the usual back-off, or not at all (see the code's range). */
  retryAfterMs?: DurationMs;
  /** Where to come back, when it is elsewhere. */
  url?: string;
}

export interface PongMessage {
  type: 'pong';
  nonce: number;
  serverTimeUs: UnixUs;
}

export type ServerMessage =
  | WelcomeMessage
  | InstrumentsMessage
  | SubscribedMessage
  | UnsubscribedMessage
  | TunedMessage
  | ThrottledMessage
  | TimelineMessage
  | StatusMessage
  | GapsMessage
  | TradesLostMessage
  | ChangesLostMessage
  | HistoryAnswer
  | ErrorMessage
  | AccessMessage
  | GoodbyeMessage
  | PongMessage;
