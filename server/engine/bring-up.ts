import { asOf, instrumentId, type AsOf, type Channel, type UnixUs } from '#protocol';
import type { Arena } from './arena.ts';
import type { Engine } from './engine.ts';
import { FrameBuffer, SNAPSHOT_FORM, frameOf } from './frame-buffer.ts';
import { laneEncoder } from './lane-encoder.ts';
import { SnapshotCache } from './snapshot-cache.ts';
import type { Subscriber } from './subscriber.ts';

/** Brings newcomers up to now: the values of their instruments, or what changed since they were last here. */
export class BringUp {
  readonly #engine: Engine;
  readonly #arena: Arena;
  readonly #timeOf: (version: AsOf) => UnixUs;
  readonly #scratch = new FrameBuffer();
  readonly cache: SnapshotCache;

  constructor(engine: Engine, arena: Arena, timeOf: (version: AsOf) => UnixUs) {
    this.#engine = engine;
    this.#arena = arena;
    this.#timeOf = timeOf;
    this.cache = new SnapshotCache(engine);
  }

  /**
   * Sends one frame that holds all, or all that is newer than `since`. An empty snapshot is sent too: it says "in step".
   * @param version the newest that the frame may carry
   */
  send(
    subscriber: Subscriber,
    channel: Channel,
    ids: readonly number[],
    since: number | null,
    version: AsOf,
  ): void {
    const encoder = laneEncoder(this.#engine, channel);
    const scratch = this.#scratch;
    const timeUs = this.#timeOf(version);
    const isQuote = channel === 'quote';
    scratch.at = 0;
    let entries = 0;
    let numbers = 0;
    for (const id of ids) {
      const mark = encoder.markSince(id, since);
      if (mark === 0) continue;
      const written = isQuote
        ? this.cache.write(scratch, id, timeUs)
        : encoder.write(scratch, id, mark, timeUs);
      numbers += written;
      if (written > 0) entries += 1;
    }
    for (const { id, fromSeq, toSeq } of encoder.lost) {
      subscriber.tradesLost += toSeq - fromSeq + 1;
      subscriber.peer.tellLost(channel, instrumentId(id), fromSeq, toSeq);
    }
    if (entries === 0 && !isQuote) return;
    const head = {
      form: isQuote ? SNAPSHOT_FORM : encoder.form,
      asOf: version,
      generation: this.#engine.dictionary.generation,
    };
    subscriber.asOf = version;
    subscriber.send(frameOf(this.#arena, head, entries, numbers, scratch.bytes.subarray(0, scratch.at)));
  }

  /** Owes it instead: where bandwidth is short it is sent in portions, and a snapshot frame ends them. */
  owe(subscriber: Subscriber, channel: Channel, ids: readonly number[], since: number | null): void {
    const encoder = laneEncoder(this.#engine, channel);
    const owedSince = asOf(subscriber.asOf + 1);
    const members = subscriber.placements.get(channel) ?? [];
    for (const id of ids) {
      const mark = encoder.markSince(id, since);
      if (mark === 0) continue;
      const member = members.find(({ watchlist }) => watchlist.has(id));
      member?.lane.owe(member, id, mark, owedSince);
    }
    if (channel === 'quote') subscriber.bringUps.push({ since: subscriber.asOf + 1, channel });
  }
}
