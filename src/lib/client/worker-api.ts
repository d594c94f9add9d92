import type {
  Channel,
  DictionaryEntry,
  Encoding,
  ErrorMessage,
  GapMark,
  HistoryAnswer,
  StatusMessage,
  TimelineRequest,
  TimelineMessage,
} from '#protocol';
import type { ClientCounters, HistoryQuery } from './client-api.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import type { ConnectionReport } from './connection-report.ts';

/**
 * What the page and its worker say to each other. The page pulls: it sends `pull` when it is about to draw, and the worker
 * answers with one commit, at once or as soon as there is something. A hidden page does not pull, so that the worker merges.
 */
export type PageToWorker =
  | { type: 'start'; url: string; encoding: Encoding; client: string }
  | {
      type: 'subscribe';
      subscription: number;
      channel: Channel;
      selectors: readonly string[];
      maxRateHz: number;
    }
  | { type: 'tune'; subscription: number; maxRateHz: number }
  | { type: 'unsubscribe'; subscription: number }
  /** Ceilings of the whole connection, as the viewer chose them. */
  | { type: 'limit'; limits: ConnectionLimits }
  /** Whether the page can be seen; until it is said, it can. */
  | { type: 'visible'; isVisible: boolean }
  | { type: 'history'; request: number; query: HistoryQuery }
  | { type: 'cancel'; request: number }
  | { type: 'command'; command: TimelineRequest }
  | { type: 'pull' }
  /** The browser has signed in, or out. */
  | { type: 'access'; signedIn: boolean }
  /** The page lives. `lock` = a Web Lock that it holds until it ends; null = it has none, and says this again every now and then. */
  | { type: 'alive'; lock: string | null }
  | { type: 'stop' };

/** Numbers of a trade in a commit: sequence, venue time (us), price (ticks), size (lots), aggressor. */
export const TRADE_NUMBERS = 5;
/** Numbers of a bar in a commit: start (s), open, high, low, close (ticks), volume (lots). */
export const COMMIT_BAR_NUMBERS = 6;

export interface TradesCommit {
  instrument: number;
  /** Lost before the first of these trades, by the server or here, where a hidden page's trades are bounded. */
  lost: number;
  rows: Float64Array<ArrayBuffer>;
}

export interface BarsCommit {
  instrument: number;
  intervalS: number;
  /** True when bars were dropped here: the series has to be asked for again. */
  incomplete: boolean;
  rows: Float64Array<ArrayBuffer>;
}

export interface BookCommit {
  instrument: number;
  bids: number[];
  asks: number[];
}

export interface GapsCommit {
  /** These replace all that were told before. */
  whole: boolean;
  marks: GapMark[];
}

export type HistoryOutcome =
  | { request: number; ok: true; answer: HistoryAnswer }
  | { request: number; ok: false; code: number | null; message: string };

/** Once a second. */
export interface RatesCommit {
  valuesPerSecond: number;
  framesPerSecond: number;
  counters: ClientCounters;
}

/** All that happened since the last commit, merged. The page applies the members in the order in which they stand here. */
export interface Commit {
  type: 'commit';
  connection: ConnectionReport | null;
  /** Epoch of a connection that was made since the last commit. */
  welcomed: { epoch: string; resumed: boolean } | null;
  /** Another epoch began: what the page holds is void. What follows in this commit is of the new one. */
  reset: boolean;
  dictionary: { entries: DictionaryEntry[]; whole: boolean } | null;
  timelines: TimelineMessage[];
  /** Newest version and its time; null when no data frame came. */
  head: { asOf: number; timeUs: number; lagMs: number } | null;
  /** `values` holds one run of QUOTE_FIELDS for each id. */
  quotes: { ids: Int32Array<ArrayBuffer>; values: Float64Array<ArrayBuffer> } | null;
  histories: HistoryOutcome[];
  bars: BarsCommit[];
  trades: TradesCommit[];
  books: BookCommit[];
  status: StatusMessage | null;
  /** Where something is missing; null = nothing new. */
  gaps: GapsCommit | null;
  /** The last command of the replay that the server refused. */
  refused: ErrorMessage | null;
  rates: RatesCommit | null;
}

export type WorkerToPage = Commit;
