import { instrumentId, type AsOf, type InstrumentId, type UnixUs } from '#protocol';
import type { Arena } from './arena.ts';
import type { Counters } from './counters.ts';
import type { Dictionary } from './dictionary.ts';
import type { DictionaryTeller } from './dictionary-teller.ts';
import { FrameBuffer, SNAPSHOT_FORM, frameOf, type FrameHead } from './frame-buffer.ts';
import type { LaneMember, Tick } from './lane-member.ts';
import { lossCounter, type LaneEncoder } from './lane-encoder.ts';
import type { Subscriber } from './subscriber.ts';

/** Bytes of a small frame besides its entries: WebSocket header, array header, kind, version, generation. */
const FRAME_OVERHEAD_BYTES = 16;
/** Bytes of an `instruments` message besides its entries. */
const INSTRUMENTS_OVERHEAD_BYTES = 48;
const LOST_MESSAGE_BYTES = 100;
/** An id, a price and a volume. */
const REFERENCES_BYTES_MAX = 14;
/** Trades or bars of one instrument that always fit into a frame of a connection with a bandwidth cap, about a kilobyte, and at most. */
const CAPPED_ROWS_MIN = 60;
const CAPPED_ROWS_MAX = 2_000;
const ROW_BYTES_ABOUT = 32;

/** What is about to be sent of one instrument. */
interface Portion {
  readonly id: number;
  readonly mark: number;
  /** What stays owed of it; 0 = nothing. */
  readonly rest: number;
  readonly since: number;
}

/** What the server of owed values needs of the hub. */
export interface OwedServerParts {
  readonly arena: Arena;
  readonly counters: Counters;
  readonly dictionary: Dictionary;
  readonly teller: DictionaryTeller;
  timeOf(version: AsOf): UnixUs;
}

/**
 * Sends a viewer what it is owed, in a frame of its own: all of it, or as much as its bandwidth allows, longest owed first. The
 * frame carries the newest version of which nothing older stays owed, so that the viewer can come back with it and miss nothing.
 */
export class OwedServer {
  readonly #parts: OwedServerParts;
  readonly #scratch = new FrameBuffer();

  constructor(parts: OwedServerParts) {
    this.#parts = parts;
  }

  /** @param room bytes that may be sent; above 0 */
  serve(member: LaneMember, room: number, tick: Tick): void {
    const { subscriber, lane } = member;
    this.#parts.teller.catchUp(subscriber);
    lane.collect(member);
    const owed = member.owed!;
    const rowsMax = room === Number.POSITIVE_INFINITY ? undefined : rowsFor(room);
    const portions = this.#choose(member, room, tick, rowsMax);
    if (portions.length === 0) return this.skip(subscriber);
    for (const { id, rest } of portions) {
      if (rest === 0) owed.settle(id);
      else owed.leave(id, rest);
    }
    if (owed.size === 0) lane.settle(member);
    const asOf = subscriber.newestVersion(tick.asOf);
    member.servedAsOf = tick.asOf;
    const oldest = portions.reduce((least, { since }) => Math.min(least, since), Number.POSITIVE_INFINITY);
    subscriber.noteStaleness(Math.max(0, tick.asOf - oldest + 1));
    this.#send(member, portions, asOf, tick, rowsMax);
    this.endBringUps(subscriber);
  }

  /** The viewer could not take anything at its tick. */
  skip(subscriber: Subscriber): void {
    subscriber.ticksSkipped += 1;
    this.#parts.counters.add('ticks_skipped');
  }

  /** As many of the owed entries as fit; at least one where it can be sent at all. */
  #choose(member: LaneMember, room: number, tick: Tick, rowsMax: number | undefined): Portion[] {
    const { encoder } = member.lane;
    const scratch = this.#scratch;
    const timeUs = this.#parts.timeOf(tick.asOf);
    const portions: Portion[] = [];
    scratch.at = 0;
    let bytes = FRAME_OVERHEAD_BYTES;
    for (const [id, { mark, since }] of member.owed!.entries()) {
      if (rowsMax !== undefined) {
        const start = scratch.at;
        encoder.write(scratch, id, mark, timeUs, rowsMax);
        const isFirst = portions.length === 0;
        bytes += scratch.at - start + this.#extraBytes(member.subscriber, id, isFirst, encoder);
        if (bytes > (isFirst ? Math.max(room, member.subscriber.peer.roomAtMost()) : room)) break;
      }
      portions.push({
        id,
        mark,
        since,
        rest: rowsMax === undefined ? 0 : encoder.rest(id, mark, rowsMax),
      });
    }
    encoder.lost.length = 0;
    return portions;
  }

  /** What has to be said before an entry can be read. */
  #extraBytes(subscriber: Subscriber, id: number, isFirst: boolean, encoder: LaneEncoder): number {
    const { dictionary } = this.#parts;
    const lost = encoder.lost.length > 0 ? LOST_MESSAGE_BYTES : 0;
    encoder.lost.length = 0;
    const message =
      isFirst && subscriber.generation !== dictionary.generation ? INSTRUMENTS_OVERHEAD_BYTES : 0;
    if (!subscriber.told.has(id)) {
      const entry = dictionary.entryBytes(instrumentId(id)).length;
      return lost + entry + (isFirst ? INSTRUMENTS_OVERHEAD_BYTES : 0);
    }
    return lost + message + (subscriber.stale.has(id) ? REFERENCES_BYTES_MAX : 0);
  }

  #send(
    member: LaneMember,
    portions: readonly Portion[],
    asOf: AsOf,
    tick: Tick,
    rowsMax: number | undefined,
  ): void {
    const { encoder, channel } = member.lane;
    const { subscriber } = member;
    const { arena, counters } = this.#parts;
    const scratch = this.#scratch;
    const timeUs = this.#parts.timeOf(asOf);
    scratch.at = 0;
    let entries = 0;
    let numbers = 0;
    for (const { id, mark } of portions) {
      const written = encoder.write(scratch, id, mark, timeUs, rowsMax);
      numbers += written;
      if (written > 0) entries += 1;
    }
    if (subscriber.lacksEntries) this.#tellEntries(subscriber, portions);
    for (const { id, fromSeq, toSeq } of encoder.lost.splice(0)) {
      counters.add(lossCounter(channel), toSeq - fromSeq + 1);
      subscriber.tradesLost += toSeq - fromSeq + 1;
      subscriber.peer.tellLost(channel, instrumentId(id), fromSeq, toSeq);
    }
    if (entries === 0) return;
    const head: FrameHead = { form: encoder.form, asOf, generation: tick.generation };
    subscriber.asOf = asOf;
    subscriber.send(frameOf(arena, head, entries, numbers, scratch.bytes.subarray(0, scratch.at)));
  }

  /** Tells the entries that these portions need and the viewer lacks. */
  #tellEntries(subscriber: Subscriber, portions: readonly Portion[]): void {
    const { generation } = this.#parts.dictionary;
    const entries: InstrumentId[] = [];
    const references: InstrumentId[] = [];
    for (const { id } of portions) {
      if (!subscriber.told.has(id)) entries.push(instrumentId(id));
      else if (subscriber.stale.has(id)) references.push(instrumentId(id));
      subscriber.told.add(id);
      subscriber.stale.delete(id);
    }
    if (entries.length + references.length === 0 && subscriber.generation === generation) return;
    subscriber.generation = generation;
    subscriber.peer.tellInstruments(generation, entries, references);
    subscriber.lacksEntries = !hasAllEntries(subscriber);
  }

  /** Says "in step" where the values of a subscription came in portions and the last of them was sent. */
  endBringUps(subscriber: Subscriber): void {
    const { arena, dictionary, teller } = this.#parts;
    while (subscriber.bringUps.length > 0) {
      const { since, channel } = subscriber.bringUps[0]!;
      const members = subscriber.placements.get(channel) ?? [];
      if (members.some(({ owed }) => owed !== null && owed.floor() < since)) return;
      subscriber.bringUps.shift();
      teller.catchUp(subscriber);
      if (subscriber.generation !== dictionary.generation) {
        subscriber.generation = dictionary.generation;
        subscriber.peer.tellInstruments(dictionary.generation, [], []);
      }
      const { generation } = dictionary;
      const head: FrameHead = { form: SNAPSHOT_FORM, asOf: subscriber.asOf, generation };
      subscriber.send(frameOf(arena, head, 0, 0, new Uint8Array(0)));
    }
  }
}

function rowsFor(room: number): number {
  return Math.max(CAPPED_ROWS_MIN, Math.min(CAPPED_ROWS_MAX, Math.floor(room / ROW_BYTES_ABOUT)));
}

/** Whether a viewer has the entries of all that it is served. */
export function hasAllEntries(subscriber: Subscriber): boolean {
  for (const members of subscriber.placements.values()) {
    for (const { watchlist } of members) {
      if (!watchlist.ids.every((id) => subscriber.told.has(id) && !subscriber.stale.has(id))) return false;
    }
  }
  return true;
}
