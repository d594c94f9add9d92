import type {
  ErrorName,
  EventDensity,
  FeedStatus,
  InstrumentId,
  RecordingInfo,
  TimelineCommand,
  TimelineState,
  UnixUs,
  WireBar,
} from '#protocol';

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
  /** Somebody subscribed to something. */
  onWatched(): void;
  /** Bars that are older than what the engine saw; see `Feed.history`. */
  history(instrument: InstrumentId, intervalS: number, beforeS: number, count: number): Promise<WireBar[]>;
  close(): Promise<void>;
}
