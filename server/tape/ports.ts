import type { EventDensity, InstrumentDefinition, MarketEvent, UnixUs } from '#protocol';

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
}
