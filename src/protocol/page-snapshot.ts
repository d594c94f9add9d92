import type { DictionaryEntry } from './instrument.ts';
import type { RecordingInfo } from './messages.ts';

/** What the server puts into the page, so that the first prices are in the HTML. All numbers in ticks, lots, microseconds. */
export interface PageSnapshot {
  epoch: string;
  asOf: number;
  generation: number;
  timeUs: number;
  mode: 'live' | 'replay';
  simulated: boolean;
  recording: RecordingInfo | null;
  total: number;
  rows: SnapshotRow[];
}

/** One instrument of the snapshot; null = not known. `entry.open` is null rather than NaN here (JSON). */
export interface SnapshotRow {
  entry: Omit<DictionaryEntry, 'open'> & { open: number | null };
  last: number | null;
  bid: number | null;
  ask: number | null;
  bidSize: number | null;
  askSize: number | null;
  high: number | null;
  low: number | null;
  volume: number | null;
  lastSize: number | null;
  tradeTimeUs: number | null;
  /** One a minute, oldest first. */
  closes: number[];
}
