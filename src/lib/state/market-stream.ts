import { LIMITS, type InstrumentId } from '#protocol';
import type { BarsCommit, BookCommit, TradesCommit } from '../client/worker-api.ts';
import type { WorkerLink } from './worker-link.ts';

/** Updates a second of bars, trades and books; they are drawn at most this often. */
export const STREAM_RATE_HZ = LIMITS.rateHzDefault;

/** What a stream sees of the market. */
export interface StreamContext {
  readonly link: WorkerLink;
  /** Id of the instrument now; undefined while the server has not numbered it. */
  idOf(key: string): InstrumentId | undefined;
  /** Whether a request can be answered now: connected, and the timeline is not moving to another place. */
  canAsk(): boolean;
}

/**
 * Something that a panel follows. The market drives it with each commit, in this order: `onVoid` or `onConnected` where they
 * apply, then the stream's own data, then `advance`. It binds to `venue:symbol`, since another epoch may number anew.
 */
export interface MarketStream {
  readonly key: string;
  /** A new connection of the same epoch. */
  onConnected(): void;
  /** All values of this stream are void. */
  onVoid(): void;
  onBars?(bars: BarsCommit): void;
  onTrades?(trades: TradesCommit): void;
  onBook?(book: BookCommit): void;
  /** Asks for what is missing, if it can be asked now. */
  advance(): void;
  /** About once a second: what failed may be tried again. */
  onSecond(): void;
}
