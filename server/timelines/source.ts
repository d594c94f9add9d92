import type {
  ErrorName,
  EventDensity,
  FeedStatus,
  InstrumentId,
  RecordingInfo,
  StaleInstrument,
  TimelineCommand,
  TimelineMessage,
  TimelineState,
  UnixUs,
  WireBar,
} from '#protocol';
import type { Subscription } from '../engine/subscriber.ts';

/** What drives a timeline: live feeds, or a recording with a position in it. */
export interface TimelineSource {
  readonly mode: 'live' | 'replay';
  readonly state: TimelineState;
  /** Chosen speed; kept while paused. */
  readonly speed: number;
  readonly recording: RecordingInfo | null;
  /** Where the source stands now. */
  positionUs(): UnixUs;
  /** Events by time, see `TimelineMessage.density`: of the whole recording, or of the last hour. */
  density(): EventDensity[];
  feeds(): FeedStatus[];
  /** Null when the command was taken, else why not. */
  command(command: TimelineCommand): ErrorName | null;
  /** What `timeline` tells of this source besides. */
  details(): Pick<TimelineMessage, 'loop' | 'room' | 'tapeFromUs'>;
  /** Somebody subscribed to something. */
  onWatched(subscription: Subscription): void;
  /** A subscription that was told with `onWatched` is closed. */
  onUnwatched?(subscription: Subscription): void;
  /** Instruments that must not be taken for live ones. Absent = a source that has none. */
  stale?(): StaleInstrument[];
  /** Bars that are older than what the engine saw; see `Feed.history`. */
  history(instrument: InstrumentId, intervalS: number, beforeS: number, count: number): Promise<WireBar[]>;
  close(): Promise<void>;
}
