import type {
  DictionaryEntry,
  Encoding,
  ErrorMessage,
  GapMark,
  HistoryRequest,
  StatusMessage,
  TimelineMessage,
  WelcomeMessage,
} from '#protocol';
import type { Ticket } from './access-api.ts';
import type { ClientClock } from './client-clock.ts';
import type { ConnectionReport } from './connection-report.ts';
import type { MirrorListener } from './timeline-mirror.ts';
import type { OpenSocket } from './web-socket.ts';

export interface ClientOptions {
  url: string;
  /** Default 'binary'. */
  encoding?: Encoding;
  /** Name and version for the server's logs. */
  client?: string;
  token?: string;
  /** A browser's instead: asked for when the server wants one. */
  ticket?: () => Promise<Ticket>;
  listener?: ClientListener;
  openSocket?: OpenSocket;
  clock?: ClientClock;
  /** Numbers in [0, 1), for the jitter. */
  random?: () => number;
}

/** Hears the client. Every member is optional; calls come while a frame is being handled, so they must not throw. */
export interface ClientListener extends MirrorListener {
  onConnection?(report: ConnectionReport): void;
  onWelcome?(welcome: WelcomeMessage): void;
  /** Every value heard so far is void: another epoch began. */
  onReset?(epoch: string): void;
  /** `whole` = these replace all entries there were. */
  onDictionary?(entries: readonly DictionaryEntry[], whole: boolean): void;
  /** A data frame was applied. */
  onFrame?(): void;
  /** Trades, or changes of the raw channel, that the server cannot send any more. Holes found in the numbers come with `onTrades` and `onChange` instead. */
  onLost?(instrument: number, count: number): void;
  onStatus?(status: StatusMessage): void;
  onTimeline?(timeline: TimelineMessage): void;
  /** Where something is missing. `whole` = these replace all that were told before. */
  onGaps?(marks: readonly GapMark[], whole: boolean): void;
  /** The server refused a command of the replay. */
  onCommandRefused?(error: ErrorMessage): void;
}

export interface ClientSubscription {
  tune(maxRateHz: number): void;
  /** Idempotent. */
  close(): void;
}

type WithoutNumber<T> = T extends HistoryRequest ? Omit<T, 'type' | 'request'> : never;
/** What to ask for: bars, trades or closes. */
export type HistoryQuery = WithoutNumber<HistoryRequest>;

/** Losses and faults since the start. Shown to the viewer: nothing is dropped quietly. */
export interface ClientCounters {
  framesUnknownGeneration: number;
  framesUnknownKind: number;
  framesOutOfOrder: number;
  framesDamaged: number;
  /** Trades, and changes of the raw channel. */
  tradesLost: number;
  connectionsLost: number;
}

export const noLosses = (): ClientCounters => ({
  framesUnknownGeneration: 0,
  framesUnknownKind: 0,
  framesOutOfOrder: 0,
  framesDamaged: 0,
  tradesLost: 0,
  connectionsLost: 0,
});
