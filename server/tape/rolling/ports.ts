import type { UnixUs } from '#protocol';
import type { KeyframedReader } from '../file/tape-reader.ts';

/** What a rolling tape may hold. Whichever is exceeded first lets the oldest segment go. */
export interface TapeRetention {
  readonly ageMs: number;
  readonly bytes: number;
}

/** How a rolling tape is doing, for viewers and operators. */
export interface RollingTapeStatus {
  /** `paused` = it cannot write now, and tries again by itself. */
  readonly state: 'recording' | 'paused';
  /** Why it is paused, one sentence; empty while it records. */
  readonly message: string;
  /** Instant from which it can be played; null while it holds no event. */
  readonly fromTimeUs: UnixUs | null;
  readonly segments: number;
  readonly bytes: number;
  /** Events taken since the start of the process. */
  readonly events: number;
  /** Events that came while it could not write. */
  readonly lost: number;
  /** Events with values that no tape can hold. */
  readonly refused: number;
}

/** The live market's tape, for those who look back. */
export interface LiveTape {
  /** Where its segments lie: what `RollingReader.open` wants. */
  readonly folder: string;
  readonly status: RollingTapeStatus;
  /** Puts everything into the file, so that a reader has it after its next `refresh`. False while the tape is paused. */
  flush(): boolean;
}

/**
 * A folder of segments as one recording that grows at its end and is shortened at its start. Three things differ from a recording that
 * stands still:
 *
 * - Numbers are never given anew while a reader lives, so after a while the recording begins at `firstEvent`, not at 0. What lies before
 *   is gone: `play` passes over it, `timeOfEvent` tells the time of the first event that is left.
 * - `events` may be 0, and both times are 0 then.
 * - A state does not always follow from the events before: at the numbers in `resets` the server was started anew, or could not write for
 *   a while. The state after n events, for such an n, is `keyframeBefore(n)` and nothing else: whoever has played up to n drops what it
 *   knew, and goes on from there.
 */
export interface GrowingReader extends KeyframedReader {
  /** Number of the first event that can still be played. */
  readonly firstEvent: number;
  /**
   * Rising numbers of events before which the state begins anew; the first event that is held is always one. `keyframeBefore(n)` has no
   * instrument where nothing was known.
   */
  readonly resets: readonly number[];
  /**
   * Takes in what was written and deleted since. True when there are more events. An instrument that is new stands at the end of
   * `instruments`; one whose tick or lot became finer is told in the finer units from now on, all its events with it: `units` rises then.
   */
  refresh(): boolean;
  /** Rises when a definition that was told before has changed. */
  readonly units: number;
  close(): void;
}
