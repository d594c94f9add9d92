import type { InstrumentTable } from '../tape/instrument-table.ts';
import { RecordingBuilder } from '../tape/recording-builder.ts';
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

/** The same events by time, those of each instrument in their order. Its builder is empty afterwards. */
export function ungrouped(builder: RecordingBuilder): RecordingBuilder {
  const { instruments } = builder;
  const own = new Map<number, RecordingBuilder>();
  for (const block of builder.takeBlocks())
    for (let at = 0; at < block.count; at += 1) {
      const instrument = block.instrument[at]!;
      let target = own.get(instrument);
      if (target === undefined) own.set(instrument, (target = new RecordingBuilder(instruments)));
      target.adopt(block, at);
    }
  const pile = new BuilderPile(instruments);
  for (const one of own.values()) pile.add(one);
  return pile.merged()!;
}
