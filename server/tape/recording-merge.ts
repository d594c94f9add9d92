import type { EventBlock } from './event-block.ts';
import type { InstrumentTable } from './instrument-table.ts';
import { RecordingBuilder } from './recording-builder.ts';

/** Where the merge stands in one source. `timeUs` is the running maximum, so a source is never sorted within itself. */
class Head {
  timeUs: number;
  readonly order: number;
  readonly #blocks: (EventBlock | null)[];
  #number = 0;
  #at = 0;

  constructor(blocks: EventBlock[], order: number) {
    this.#blocks = blocks;
    this.order = order;
    this.timeUs = blocks[0]!.receiveTimeUs[0]!;
  }

  /** Moves this source's events into `target` while they come before `limit`. False when none is left. */
  drainTo(target: RecordingBuilder, limit: Head | undefined): boolean {
    let block = this.#blocks[this.#number]!;
    for (;;) {
      target.adopt(block, this.#at);
      this.#at += 1;
      if (this.#at === block.count) {
        // Free it: at no time are two whole copies of the recording held.
        this.#blocks[this.#number] = null;
        this.#number += 1;
        this.#at = 0;
        if (this.#number === this.#blocks.length) return false;
        block = this.#blocks[this.#number]!;
      }
      this.timeUs = Math.max(this.timeUs, block.receiveTimeUs[this.#at]!);
      if (limit !== undefined && limit.isBefore(this)) return true;
    }
  }

  isBefore(other: Head): boolean {
    return this.timeUs < other.timeUs || (this.timeUs === other.timeUs && this.order < other.order);
  }
}

/** The same events from the last to the first. Its builder is empty afterwards. */
export function reversed(builder: RecordingBuilder): RecordingBuilder {
  const target = new RecordingBuilder(builder.instruments);
  for (const block of builder.takeBlocks().toReversed())
    for (let at = block.count - 1; at >= 0; at -= 1) target.adopt(block, at);
  return target;
}

/**
 * Makes one builder of several over the same instrument table. Order: receive time, then the order of the builders, then the
 * position within the builder. Events move in runs, so that files that follow one another cost one comparison each event.
 */
export function mergeBuilders(
  builders: readonly RecordingBuilder[],
  instruments: InstrumentTable,
): RecordingBuilder {
  const filled = builders.filter((builder) => builder.events > 0);
  if (filled.length === 1) return filled[0]!;
  const target = new RecordingBuilder(instruments);
  const heads = filled.map((builder, order) => new Head(builder.takeBlocks(), order));
  heads.sort((left, right) => (left.isBefore(right) ? -1 : 1));
  while (heads.length > 0) {
    const head = heads.shift()!;
    if (!head.drainTo(target, heads[0])) continue;
    const place = heads.findIndex((other) => head.isBefore(other));
    heads.splice(place === -1 ? heads.length : place, 0, head);
  }
  return target;
}
