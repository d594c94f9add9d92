import type { LaneEncoder } from './lane-encoder.ts';
import type { Watchlist } from './watchlist.ts';

/** Ticks that a viewer is owed mark by mark, before they are only counted. A short jam then sends no field that did not change. */
const TICKS_IN_DETAIL = 4;
/** The same where a bandwidth cap makes the viewer wait between two frames: for it each byte counts. */
const CAPPED_TICKS_IN_DETAIL = 64;

/** What a lane knows while a viewer begins to be left alone. */
export interface MissedFrom {
  readonly encoder: LaneEncoder;
  /** How many ticks had something of an instrument so far. */
  readonly tickCounts: Float64Array;
  /** What came after the newest of them began; 0 = nothing. */
  readonly newMarks: Float64Array;
  /** The oldest version that the next one may hold. */
  readonly since: number;
}

/** What a member who can take nothing counts for among those of one portion: finding that out is a small part of serving one. */
export const TAKES_NOTHING = 1 / 16;

/**
 * What a viewer misses that takes nothing for long, as a place in counts that its lane keeps for everybody. A tick that it misses costs
 * nothing then: a thousand viewers who never read would otherwise be owed every change one by one, and cost more than all who read.
 * Worked out when it can take something again: which instruments changed, and since when their entries are unsent.
 */
export class Missed {
  /** The oldest version of which something is missed. */
  readonly since: number;
  readonly #counts: Float64Array;
  /** First unsent mark of each instrument where entries must not come twice; null = values are absolute. */
  readonly #firsts: Float64Array | null;

  /** Everything up to the newest tick was sent or is owed. */
  constructor({ ids }: Watchlist, { encoder, tickCounts, newMarks, since }: MissedFrom) {
    this.since = since;
    this.#counts = Float64Array.from(ids, (id) => tickCounts[id]!);
    const { nextMark } = encoder;
    this.#firsts = nextMark === null ? null : Float64Array.from(ids, (id) => newMarks[id]! || nextMark(id));
  }

  /** Whether so many ticks in a row were missed that the next ones are not worth a mark each. */
  static isDue(ticksMissed: number, isCapped: boolean): boolean {
    return ticksMissed > (isCapped ? CAPPED_TICKS_IN_DETAIL : TICKS_IN_DETAIL);
  }

  /**
   * Tells each instrument that changed, what of it is unsent, and in how many ticks.
   * @param version what is newer than this counts as unsent, where values are absolute
   */
  tell(
    { ids }: Watchlist,
    { encoder, tickCounts }: Pick<MissedFrom, 'encoder' | 'tickCounts'>,
    version: number,
    onMissed: (id: number, mark: number, ticks: number) => void,
  ): void {
    for (let at = 0; at < ids.length; at += 1) {
      const id = ids[at]!;
      const ticks = tickCounts[id]! - this.#counts[at]!;
      if (ticks === 0) continue;
      const mark = this.#firsts === null ? encoder.markSince(id, version) : this.#firsts[at]!;
      if (mark !== 0) onMissed(id, mark, ticks);
    }
  }
}
