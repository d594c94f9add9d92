import type { AsOf, Channel, InstrumentId, UnixUs } from '#protocol';
import { assembleFrame, emptyFragments, type Fragments, type FrameBuffer } from './frame-buffer.ts';
import { grow } from './columns.ts';
import type { LaneEncoder } from './lane-encoder.ts';
import type { Counters } from './counters.ts';

/** The far end of a lane: one connection, as the hub sees it. */
export interface LanePeer {
  /** False while the peer has more unsent bytes than it may: its data waits and conflates. */
  ready(): boolean;
  sendData(frame: Uint8Array): void;
  tellLost(instrument: InstrumentId, fromSeq: number, toSeq: number): void;
}

/** One peer's membership in a lane. */
export interface LaneMember {
  readonly peer: LanePeer;
  /** 1 for each instrument id that is served here. */
  readonly wants: Uint8Array;
  /** What was not sent while the peer could not take it; null = nothing. */
  missed: Map<number, number> | null;
}

/** Members that want the same instruments: their frame is put together once. */
interface Cohort {
  readonly wants: Uint8Array;
  readonly members: Set<LaneMember>;
}

/**
 * One channel at one rate. Collects which instruments changed since its last tick and, at the tick, encodes each of them once
 * for everybody. A peer that cannot take a frame keeps marks instead of frames, so its memory is bounded by one mark an instrument and it
 * is served the newest values when it can.
 *
 * Invariant: for every member, sent frames + `missed` + the lane's marks cover all changes since it joined.
 */
export class Lane {
  readonly channel: Channel;
  readonly encoder: LaneEncoder;
  readonly #counters: Counters;
  #marks: Float64Array = new Float64Array(0);
  #interest: Float64Array = new Float64Array(0);
  #dirty: number[] = [];
  readonly #cohorts = new Map<string, Cohort>();
  readonly #keys = new Map<LaneMember, string>();
  readonly #late = new Set<LaneMember>();

  constructor(channel: Channel, encoder: LaneEncoder, counters: Counters) {
    this.channel = channel;
    this.encoder = encoder;
    this.#counters = counters;
  }

  get size(): number {
    return this.#keys.size;
  }

  reserve(instruments: number): void {
    this.#marks = grow(this.#marks, instruments, 0);
    this.#interest = grow(this.#interest, instruments, 0);
  }

  /** Notes a change. Nobody's instruments cost one look-up. */
  touch(id: number, mark: number): void {
    if (!this.#interest[id]) return;
    const before = this.#marks[id]!;
    if (before === 0) {
      this.#dirty.push(id);
      this.#marks[id] = mark;
    } else {
      this.#marks[id] = this.encoder.merge(before, mark);
    }
  }

  join(peer: LanePeer, ids: readonly number[], carried: Map<number, number>): LaneMember {
    const key = ids.join(',');
    let cohort = this.#cohorts.get(key);
    if (cohort === undefined) {
      const wants = new Uint8Array((ids.at(-1) ?? -1) + 1);
      for (const id of ids) wants[id] = 1;
      cohort = { wants, members: new Set() };
      this.#cohorts.set(key, cohort);
    }
    const member: LaneMember = { peer, wants: cohort.wants, missed: null };
    cohort.members.add(member);
    this.#keys.set(member, key);
    for (const id of ids) {
      this.#interest[id]! += 1;
      const mark = carried.get(id);
      if (mark) this.#miss(member, id, mark);
    }
    return member;
  }

  /** Ends a membership and returns what the member has not been sent. */
  leave(member: LaneMember): Map<number, number> {
    const unsent = new Map(member.missed ?? []);
    for (const id of this.#dirty) {
      if (member.wants[id]) unsent.set(id, this.encoder.merge(unsent.get(id) ?? 0, this.#marks[id]!));
    }
    const key = this.#keys.get(member)!;
    const cohort = this.#cohorts.get(key)!;
    cohort.members.delete(member);
    if (cohort.members.size === 0) this.#cohorts.delete(key);
    this.#keys.delete(member);
    this.#late.delete(member);
    for (let id = 0; id < member.wants.length; id += 1) if (member.wants[id]) this.#interest[id]! -= 1;
    return unsent;
  }

  /** Forgets all marks, for a new epoch. */
  clear(): void {
    this.#clearMarks();
    for (const member of [...this.#late]) this.#settle(member);
  }

  /** Serves everybody what changed since the last tick. */
  flush(scratch: FrameBuffer, asOf: AsOf, generation: number, timeUs: UnixUs): void {
    if (this.#dirty.length === 0 && this.#late.size === 0) return;
    scratch.at = 0;
    const fragments = this.#encode(scratch, this.#dirty, (id) => this.#marks[id]!, timeUs);
    this.#tellLost(null);
    for (const cohort of this.#cohorts.values()) {
      let frame: Uint8Array | null | undefined;
      for (const member of cohort.members) {
        if (member.missed !== null || !member.peer.ready()) {
          this.#flushLate(member, scratch, asOf, generation, timeUs);
          continue;
        }
        if (frame === undefined) {
          frame = assembleFrame(this.encoder.form, asOf, generation, fragments, cohort.wants);
        }
        if (frame !== null) member.peer.sendData(frame);
      }
    }
    this.#clearMarks();
  }

  /** A member that is behind: adds this tick's changes to what it missed, and sends all of it when it can take it. */
  #flushLate(member: LaneMember, scratch: FrameBuffer, asOf: AsOf, generation: number, timeUs: UnixUs): void {
    for (const id of this.#dirty) if (member.wants[id]) this.#miss(member, id, this.#marks[id]!);
    if (member.missed === null) return;
    if (!member.peer.ready()) {
      this.#counters.add('ticks_skipped');
      return;
    }
    const missed = member.missed;
    this.#settle(member);
    const fragments = this.#encode(scratch, [...missed.keys()], (id) => missed.get(id)!, timeUs);
    this.#tellLost(member);
    const frame = assembleFrame(this.encoder.form, asOf, generation, fragments, member.wants);
    if (frame !== null) member.peer.sendData(frame);
  }

  #miss(member: LaneMember, id: number, mark: number): void {
    member.missed ??= new Map();
    this.#late.add(member);
    const before = member.missed.get(id) ?? 0;
    if (before !== 0) this.#counters.add('updates_conflated');
    member.missed.set(id, this.encoder.merge(before, mark));
  }

  #settle(member: LaneMember): void {
    member.missed = null;
    this.#late.delete(member);
  }

  /** Writes each instrument's entry behind what the scratch memory already holds. */
  #encode(
    scratch: FrameBuffer,
    ids: readonly number[],
    markOf: (id: number) => number,
    timeUs: UnixUs,
  ): Fragments {
    const fragments = emptyFragments(scratch);
    for (const id of ids) {
      const start = scratch.at;
      const numbers = this.encoder.write(scratch, id, markOf(id), timeUs);
      if (numbers === 0) continue;
      fragments.ids.push(id);
      fragments.starts.push(start);
      fragments.ends.push(scratch.at);
      fragments.numbers.push(numbers);
    }
    return fragments;
  }

  /** Tells one member, or all that are up to date, of trades that left the ring before they were sent. */
  #tellLost(only: LaneMember | null): void {
    for (const { id, fromSeq, toSeq } of this.encoder.lost.splice(0)) {
      this.#counters.add('trades_lost', toSeq - fromSeq + 1);
      for (const member of only === null ? this.#keys.keys() : [only]) {
        if (member.wants[id] && (only !== null || member.missed === null)) {
          member.peer.tellLost(id as InstrumentId, fromSeq, toSeq);
        }
      }
    }
  }

  #clearMarks(): void {
    for (const id of this.#dirty) this.#marks[id] = 0;
    this.#dirty = [];
  }
}
