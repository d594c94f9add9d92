import type { AsOf, Channel, InstrumentId, UnixUs } from '#protocol';
import { assembleFrame, emptyFragments, type Fragments, type FrameBuffer } from './frame-buffer.ts';
import { grow } from './columns.ts';
import type { LaneEncoder, LostTrades } from './lane-encoder.ts';
import type { Counters } from './counters.ts';

/** The far end of a lane: one connection, as the hub sees it. */
export interface LanePeer {
  /** False while the peer has more unsent bytes than it may: its data waits and conflates. */
  ready(): boolean;
  sendData(frame: Uint8Array): void;
  tellLost(instrument: InstrumentId, fromSeq: number, toSeq: number): void;
}

/** What all lanes of one peer share: the version of the newest frame that it was sent. */
export interface Served {
  asOf: AsOf;
}

/** One peer's membership in a lane. */
export interface LaneMember {
  readonly peer: LanePeer;
  readonly served: Served;
  /** 1 for each instrument id that is served here. */
  readonly wants: Uint8Array;
  /** What was not sent while the peer could not take it; null = nothing. */
  missed: Map<number, number> | null;
  /**
   * Where entries must not be sent twice: the lowest mark that the member may be served this tick, for instruments that had
   * changed before it came. null = none.
   */
  from: Map<number, number> | null;
  /** Serial number of the tick in which it was served ahead of the others. */
  servedTick: number;
}

/** One point of time at which frames are made. */
export interface Tick {
  readonly serial: number;
  readonly asOf: AsOf;
  readonly generation: number;
  readonly scratch: FrameBuffer;
  /** Timeline time of a version, from which ages are counted. */
  timeOf(version: AsOf): UnixUs;
}

/** Members that want the same instruments: their frame is put together once. */
interface Cohort {
  readonly key: string;
  readonly wants: Uint8Array;
  readonly members: Set<LaneMember>;
}

/** Versions (about ms) by which a lane may miss its tick before it is served ahead of all others. */
const OVERDUE_MARGIN = 500;

/**
 * One channel at one rate. Collects which instruments changed since its last tick and, at the tick, encodes each of them once
 * for everybody. A peer that cannot take a frame keeps marks instead of frames, so its memory is bounded by one mark an instrument and it
 * is served the newest values when it can.
 *
 * Invariant: for every member, sent frames + `missed` + the lane's marks cover all changes since it joined; in channels whose entries
 * must not come twice they do not overlap.
 */
export class Lane {
  readonly channel: Channel;
  readonly rateHz: number;
  readonly encoder: LaneEncoder;
  readonly #counters: Counters;
  #marks: Float64Array = new Float64Array(0);
  #interest: Float64Array = new Float64Array(0);
  #dirty: number[] = [];
  readonly #cohorts = new Map<string, Cohort>();
  readonly #members = new Map<LaneMember, Cohort>();
  readonly #late = new Set<LaneMember>();
  #flushedAsOf: number;

  constructor(channel: Channel, rateHz: number, encoder: LaneEncoder, counters: Counters, asOf: AsOf) {
    this.channel = channel;
    this.rateHz = rateHz;
    this.encoder = encoder;
    this.#counters = counters;
    this.#flushedAsOf = asOf;
  }

  get size(): number {
    return this.#members.size;
  }

  reserve(instruments: number): void {
    this.#marks = grow(this.#marks, instruments, 0);
    this.#interest = grow(this.#interest, instruments, 0);
  }

  /** Whether the lane holds changes that should have been served a while ago, because the process was busy. */
  isOverdue(version: number): boolean {
    return this.#dirty.length > 0 && version - this.#flushedAsOf > 1000 / this.rateHz + OVERDUE_MARGIN;
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

  /** @param carried marks that the peer is owed from where it was served before */
  join(peer: LanePeer, served: Served, ids: readonly number[], carried: Map<number, number>): LaneMember {
    const cohort = this.#cohort(ids);
    const member: LaneMember = {
      peer,
      served,
      wants: cohort.wants,
      missed: null,
      from: null,
      servedTick: -1,
    };
    cohort.members.add(member);
    this.#members.set(member, cohort);
    this.#startFromNow(member);
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
      if (!member.wants[id]) continue;
      unsent.set(id, this.encoder.merge(unsent.get(id) ?? 0, this.#markOf(member, id)));
    }
    const cohort = this.#members.get(member)!;
    cohort.members.delete(member);
    if (cohort.members.size === 0) this.#cohorts.delete(cohort.key);
    this.#members.delete(member);
    this.#late.delete(member);
    for (let id = 0; id < member.wants.length; id += 1) if (member.wants[id]) this.#interest[id]! -= 1;
    return unsent;
  }

  /** Forgets all marks, for a new epoch. */
  clear(): void {
    this.#clearMarks();
    this.#flushedAsOf = 0;
    for (const member of this.#members.keys()) {
      member.from = null;
      this.#settle(member);
    }
  }

  /** Serves everybody what changed since the last tick. */
  flush(tick: Tick): void {
    this.#flushedAsOf = tick.asOf;
    if (this.#dirty.length === 0 && this.#late.size === 0) return;
    const { asOf, generation, scratch } = tick;
    scratch.at = 0;
    const fragments = this.#encode(scratch, this.#dirty, (id) => this.#marks[id]!, tick.timeOf(asOf));
    const lost = this.#takeLost();
    for (const cohort of this.#cohorts.values()) {
      let frame: Uint8Array | null | undefined;
      for (const member of cohort.members) {
        if (member.servedTick === tick.serial) {
          member.from = null;
          continue;
        }
        const ready = member.peer.ready();
        if (member.missed !== null || member.from !== null || !ready) {
          this.#flushLate(member, ready, tick);
          member.from = null;
          continue;
        }
        if (lost.length > 0) tellLost(member, lost);
        if (frame === undefined)
          frame = assembleFrame(this.encoder.form, asOf, generation, fragments, cohort.wants);
        if (frame === null) continue;
        member.served.asOf = asOf;
        member.peer.sendData(frame);
      }
    }
    this.#clearMarks();
  }

  /**
   * Serves those who were behind and can be served again, at whatever tick that is. Nobody may be sent a newer version before: a viewer
   * who comes back with that version would never be sent what it missed.
   */
  serveLate(tick: Tick): void {
    for (const member of this.#late) {
      if (!member.peer.ready()) continue;
      this.serve(member, tick);
      member.servedTick = tick.serial;
    }
  }

  /** Sends one member all that it is owed by now, whether or not it is ready, under the version of the last frame it was sent. */
  serve(member: LaneMember, tick: Tick): void {
    this.#missDirty(member);
    this.#startFromNow(member);
    if (member.missed !== null) this.#sendMissed(member, member.served.asOf, tick);
  }

  /** Whether a member is owed something from before the tick that is under way. */
  isBehind(member: LaneMember): boolean {
    return member.missed !== null;
  }

  /** A member that is behind: adds this tick's changes to what it missed, and sends all of it when it can take it. */
  #flushLate(member: LaneMember, ready: boolean, tick: Tick): void {
    const asOf = member.missed === null ? tick.asOf : member.served.asOf;
    this.#missDirty(member);
    if (member.missed === null) return;
    if (ready) this.#sendMissed(member, asOf, tick);
    else this.#counters.add('ticks_skipped');
  }

  #sendMissed(member: LaneMember, asOf: AsOf, { scratch, generation, timeOf }: Tick): void {
    const missed = member.missed!;
    this.#settle(member);
    const base = scratch.at;
    const fragments = this.#encode(scratch, [...missed.keys()], (id) => missed.get(id)!, timeOf(asOf));
    const lost = this.#takeLost();
    if (lost.length > 0) tellLost(member, lost);
    const frame = assembleFrame(this.encoder.form, asOf, generation, fragments, member.wants);
    // The frame is a copy: the next member's entries may lie where these were.
    scratch.at = base;
    if (frame === null) return;
    member.served.asOf = asOf;
    member.peer.sendData(frame);
  }

  /** What changed earlier in this tick is not the member's to be sent, but for what it missed. */
  #startFromNow(member: LaneMember): void {
    const { nextMark } = this.encoder;
    if (nextMark === null) return;
    member.from = null;
    for (const id of this.#dirty) {
      if (!member.wants[id]) continue;
      member.from ??= new Map();
      member.from.set(id, nextMark(id));
    }
  }

  #cohort(ids: readonly number[]): Cohort {
    const key = ids.join(',');
    let cohort = this.#cohorts.get(key);
    if (cohort === undefined) {
      const wants = new Uint8Array((ids.at(-1) ?? -1) + 1);
      for (const id of ids) wants[id] = 1;
      cohort = { key, wants, members: new Set() };
      this.#cohorts.set(key, cohort);
    }
    return cohort;
  }

  /** The lane's mark of an instrument, as far as it is the member's. */
  #markOf(member: LaneMember, id: number): number {
    const mark = this.#marks[id]!;
    const from = member.from?.get(id);
    return from === undefined || mark > from ? mark : from;
  }

  #missDirty(member: LaneMember): void {
    for (const id of this.#dirty) if (member.wants[id]) this.#miss(member, id, this.#markOf(member, id));
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

  /** Trades that left the ring before they were sent, as the encoder found since it was last asked. */
  #takeLost(): LostTrades[] {
    if (this.encoder.lost.length === 0) return [];
    const lost = this.encoder.lost.splice(0);
    for (const { fromSeq, toSeq } of lost) this.#counters.add('trades_lost', toSeq - fromSeq + 1);
    return lost;
  }

  #clearMarks(): void {
    for (const id of this.#dirty) this.#marks[id] = 0;
    this.#dirty = [];
  }
}

function tellLost(member: LaneMember, lost: readonly LostTrades[]): void {
  for (const { id, fromSeq, toSeq } of lost) {
    if (member.wants[id]) member.peer.tellLost(id as InstrumentId, fromSeq, toSeq);
  }
}
