import type { EventDensity, GapMark, InstrumentDefinition, MarketEvent, UnixUs } from '#protocol';
import type { InstrumentState } from '../engine/instrument-state.ts';
import type { Second } from './file/second-runs.ts';

/** What is known after the first `event` events. */
export interface RecordedState {
  readonly event: number;
  readonly instruments: readonly InstrumentState[];
}

/**
 * Recorded market events that can be played again, whatever holds them: memory now, a file later.
 *
 * Events are numbered from 0 in the order in which they were recorded, which is the truth even where stamps go back.
 * The time of an event is the instant at which a replay lets it out: the highest receive time of all events up to it
 * (venue time where a source knows no receive time), so it never falls from one event to the next.
 */
export interface RecordingReader {
  /** The position in this list is the `instrument` of the events; most events first. */
  readonly instruments: readonly InstrumentDefinition[];
  /** How many events there are; at least one. */
  readonly events: number;
  readonly firstTimeUs: UnixUs;
  readonly lastTimeUs: UnixUs;
  /** When the event is let out. @throws InvariantError for a number that no event has. */
  timeOfEvent(index: number): UnixUs;
  /** How many events have happened at `timeUs`, that is the number of the first later event, or `events`. */
  indexAt(timeUs: number): number;
  /** Hands out the events from..to-1 in order. The event object is used again: a listener copies what it keeps. */
  play(fromIndex: number, toIndex: number, onEvent: (event: MarketEvent) => void): void;
  /** Runs of activity, oldest first; between two lies silence longer than `silenceUs`. At most 32, of some 240 buckets in total. */
  density(silenceUs: number): EventDensity[];
  /** Events by second, oldest first, without a look at any of them. Absent where only a look at all would tell. */
  seconds?(): Second[];
  /**
   * The state after the first n events, for the largest n up to `event` that one is kept for; null when there is none. Absent where none
   * is kept at all: a player goes to any place from the start.
   */
  keyframeBefore?(event: number): RecordedState | null;
  /** Where something is missing, in the order in which it became known: at the source, or in the recording itself. Absent = nothing is known. */
  gapMarks?(): GapMark[];
  /** Takes in what was appended meanwhile, and says whether there was any. Absent where a recording is finished. */
  refresh?(): boolean;
  /** Number of the first event that can still be played, where a recording is shortened at its start; absent = 0. */
  readonly firstEvent?: number;
  /**
   * Numbers of events before which the state begins anew: after n events it is `keyframeBefore(n)`, whatever was before. Absent = nowhere.
   */
  readonly resets?: readonly number[];
  /** Rises when the definition of an instrument has changed. */
  readonly units?: number;
  /** Rises when events turn out, as they are played, to be gone or damaged. `resets` tells then where a state is known again. */
  readonly holes?: number;
}
