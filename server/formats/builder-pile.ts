import type { InstrumentTable } from '../tape/instrument-table.ts';
import type { RecordingBuilder } from '../tape/recording-builder.ts';
import { mergeBuilders } from '../tape/recording-merge.ts';

/** Builders that wait on one level. Each has an open block of its own, so few may wait. */
const WAITING_MAX = 8;

/**
 * Merges any number of builders while few are held: eight of a level become one of the next, so that each event moves once a
 * level. Invariant: builders merge in the order in which they were added, which is the tie-break of equal times.
 */
export class BuilderPile {
  readonly #instruments: InstrumentTable;
  /** Level 0 holds the newest. */
  readonly #levels: RecordingBuilder[][] = [];

  constructor(instruments: InstrumentTable) {
    this.#instruments = instruments;
  }

  add(builder: RecordingBuilder): void {
    let carried = builder;
    for (let level = 0; carried.events > 0; level += 1) {
      const waiting = (this.#levels[level] ??= []);
      waiting.push(carried);
      if (waiting.length < WAITING_MAX) return;
      carried = mergeBuilders(waiting, this.#instruments);
      this.#levels[level] = [];
    }
  }

  /** All of them as one; null when none has an event. The pile is empty afterwards. */
  merged(): RecordingBuilder | null {
    const oldestFirst = this.#levels.splice(0).toReversed().flat();
    return oldestFirst.length === 0 ? null : mergeBuilders(oldestFirst, this.#instruments);
  }
}
