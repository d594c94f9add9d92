import type { AsOf, Channel } from '#protocol';
import { CohortCursor, Cohorts } from './cohorts.ts';
import { grow } from './columns.ts';
import { Fragments } from './fragments.ts';
import { lossCounter, type LaneEncoder, type LostRows } from './lane-encoder.ts';
import { tellLost, type LaneHost, type LaneMember, type Tick } from './lane-member.ts';
import { Missed, TAKES_NOTHING } from './missed.ts';
import { Owed, type Debt } from './owed.ts';
import type { Subscriber } from './subscriber.ts';
import type { Watchlist } from './watchlist.ts';

/** A tick that is being served, some members at a time. */
interface Serving {
  readonly tick: Tick;
  /** What had changed, by instrument. */
  readonly marks: ReadonlyMap<number, number>;
  /** The oldest version among the marks. */
  readonly since: number;
  readonly lost: readonly LostRows[];
  readonly cursor: CohortCursor;
}

/** Versions between a tick's oldest one and the stamp of a change that the tick before just missed, and one to be sure. */
const CHANGED_BEFORE = 2;
/** Versions (about ms) by which a lane may miss its tick before it is served ahead of all others. */
const OVERDUE_MARGIN = 500;

/**
 * One channel at one rate. Collects which instruments changed since its last tick and, at the tick, encodes each of them once
 * for everybody; then serves its members, a few hundred at a time, so that the source is let in between. A member that cannot take a
 * frame is owed marks instead, and served the newest values when it can.
 *
 * Invariant: for every member, sent frames + what it is owed + the tick that is being served + the lane's marks cover all changes since
 * it joined; in channels whose entries must not come twice they do not overlap.
 */
export class Lane {
  readonly channel: Channel;
  readonly rateHz: number;
  readonly encoder: LaneEncoder;
  /** Changes of wanted instruments, and entries that were encoded for them. */
  changes = 0;
  encoded = 0;
  readonly #host: LaneHost;
  readonly #fragments = new Fragments();
  readonly #cohorts = new Cohorts();
  readonly #late = new Set<LaneMember>();
  #marks: Float64Array = new Float64Array(0);
  #interest: Float64Array = new Float64Array(0);
  /** Ticks that had something of an instrument. */
  #tickCounts: Float64Array = new Float64Array(0);
  #dirty: number[] = [];
  #servedAsOf: number;
  #servedGeneration = -1;
  #serving: Serving | null = null;

  constructor(channel: Channel, rateHz: number, encoder: LaneEncoder, host: LaneHost, asOf: AsOf) {
    this.channel = channel;
    this.rateHz = rateHz;
    this.encoder = encoder;
    this.#host = host;
    this.#servedAsOf = asOf;
  }

  get size(): number {
    return this.#cohorts.size;
  }

  reserve(instruments: number): void {
    this.#marks = grow(this.#marks, instruments, 0);
    this.#interest = grow(this.#interest, instruments, 0);
    this.#tickCounts = grow(this.#tickCounts, instruments, 0);
  }

  /** Whether a tick of this lane is under way. */
  get isServing(): boolean {
    return this.#serving !== null;
  }

  /** Whether the lane holds changes that should have been served a while ago, because the process was busy. */
  isOverdue(version: number): boolean {
    return this.#dirty.length > 0 && version > this.#overdueAt;
  }

  get #overdueAt(): number {
    return this.#servedAsOf + 1000 / this.rateHz + OVERDUE_MARGIN;
  }

  /** Notes a change. Nobody's instruments cost one look-up. */
  touch(id: number, mark: number): void {
    if (!this.#interest[id]) return;
    this.changes += 1;
    const before = this.#marks[id]!;
    if (before === 0) {
      this.#dirty.push(id);
      this.#marks[id] = mark;
    } else {
      this.#marks[id] = this.encoder.merge(before, mark);
    }
  }

  /** @param carried what the viewer is owed from where it was served before */
  join(
    subscriber: Subscriber,
    ids: readonly number[],
    carried: ReadonlyMap<number, Debt>,
    tick: number,
  ): LaneMember {
    const cohort = this.#cohorts.of(ids);
    const member: LaneMember = {
      lane: this,
      subscriber,
      watchlist: cohort.watchlist,
      owed: null,
      ticksMissed: 0,
      missed: null,
      from: this.#fromNow(cohort.watchlist),
      tick,
      // What it brings along need not wait for a tick that may be ten seconds off: it counts as missed here.
      servedAsOf: carried.size > 0 ? this.#servedAsOf - 1 : this.#servedAsOf,
      onTime: 0,
    };
    this.#cohorts.enter(member, cohort);
    for (const id of ids) this.#interest[id]! += 1;
    if (carried.size > 0) {
      for (const id of ids) {
        const debt = carried.get(id);
        if (debt !== undefined) this.owe(member, id, debt.mark, debt.since);
      }
    }
    return member;
  }

  /** Ends a membership; adds what the member has not been sent to `unsent`. */
  leave(member: LaneMember, unsent: Map<number, Debt>): void {
    this.#oweBegun(member);
    for (const id of this.#dirty) {
      if (member.watchlist.has(id)) this.owe(member, id, this.#markFor(member, id), this.#servedAsOf + 1);
    }
    if (member.owed !== null) for (const [id, debt] of member.owed.entries()) unsent.set(id, debt);
    this.settle(member);
    this.#cohorts.leave(member);
    for (const id of member.watchlist.ids) this.#interest[id]! -= 1;
  }

  /** Forgets all marks: the values that they stand for are void. */
  clear(): void {
    this.#endServing();
    for (const id of this.#dirty) this.#marks[id] = 0;
    this.#dirty = [];
    for (const member of this.#cohorts.members()) {
      member.from = null;
      member.missed = null;
      this.settle(member);
    }
  }

  /** Another epoch begins: versions count from 0 again. What is owed stays owed. */
  restart(): void {
    this.#servedAsOf = 0;
    for (const member of this.#cohorts.members()) {
      // Stamps of the old epoch mean nothing: whatever there is counts as newer.
      this.#oweMissed(member, 0);
      member.servedAsOf = 0;
      member.owed?.restart();
    }
  }

  /* ---- the tick ---- */

  /** Encodes what changed since the last tick, for everybody. The members are served by `proceed`. */
  begin(tick: Tick): void {
    const since = this.#servedAsOf + 1;
    this.#servedAsOf = tick.asOf;
    const isNews = this.#servedGeneration !== tick.generation;
    this.#servedGeneration = tick.generation;
    if (this.#dirty.length === 0 && this.#late.size === 0 && !isNews) return;
    const marks = new Map<number, number>();
    const { encoder } = this;
    const fragments = this.#fragments;
    const timeUs = this.#host.timeOf(tick.asOf);
    for (const id of this.#dirty) {
      const mark = this.#marks[id]!;
      this.#marks[id] = 0;
      this.#tickCounts[id]! += 1;
      marks.set(id, mark);
      const start = fragments.scratch.at;
      const numbers = encoder.write(fragments.scratch, id, mark, timeUs);
      if (numbers > 0) fragments.add(id, start, numbers);
    }
    this.encoded += fragments.ids.length;
    this.#dirty = [];
    const lost = encoder.lost.splice(0);
    for (const { fromSeq, toSeq } of lost)
      this.#host.counters.add(lossCounter(this.channel), toSeq - fromSeq + 1);
    const head = { form: encoder.form, asOf: tick.asOf, generation: tick.generation };
    const cursor = new CohortCursor(this.#host.arena, fragments, head, this.#cohorts);
    this.#serving = { tick, marks, since, lost, cursor };
  }

  /** Serves members of the tick that was begun, about `limit` of them. Returns how many of the limit are left; above 0 = all are served. */
  proceed(limit: number): number {
    const serving = this.#serving;
    if (serving === null) return limit;
    while (limit > 0) {
      const member = serving.cursor.next();
      if (member === null) {
        this.#endServing();
        return limit;
      }
      if (member.tick === serving.tick.serial) continue;
      member.tick = serving.tick.serial;
      this.#serve(member, serving);
      limit -= member.ticksMissed === 0 ? 1 : TAKES_NOTHING;
    }
    return 0;
  }

  #serve(member: LaneMember, serving: Serving): void {
    const { subscriber } = member;
    const { generation } = serving.tick;
    // Who takes nothing is told when it takes something again.
    if (subscriber.generation !== generation && subscriber.peer.room(this.rateHz) > 0)
      this.#host.teller.catchUp(subscriber);
    const canRead = subscriber.lacksEntries
      ? subscriber.canRead(generation, member.watchlist, serving.marks.keys())
      : subscriber.generation === generation;
    // A faster lane's tick may have been served in the midst of this one: no older version may follow.
    const isCurrent = subscriber.asOf <= serving.tick.asOf;
    if (member.owed === null && member.from === null && subscriber.isInStep && canRead && isCurrent) {
      const frame = serving.cursor.frame();
      if (frame === null) {
        if (serving.lost.length > 0) tellLost(member, serving.lost);
        return;
      }
      if (subscriber.peer.room(this.rateHz) >= frame.bytes.length) {
        if (serving.lost.length > 0) tellLost(member, serving.lost);
        subscriber.asOf = serving.tick.asOf;
        member.servedAsOf = serving.tick.asOf;
        member.onTime += 1;
        member.ticksMissed = 0;
        subscriber.send(frame);
        return;
      }
    }
    if (member.missed === null) {
      this.#oweMarks(member, serving);
      member.from = null;
      if (member.owed === null) return;
    }
    const room = subscriber.peer.room(this.rateHz);
    if (room > 0) return this.#host.owedServer.serve(member, room, serving.tick);
    member.ticksMissed += 1;
    if (member.missed === null && Missed.isDue(member.ticksMissed, subscriber.isCapped))
      this.#leaveAlone(member);
    this.#host.owedServer.skip(subscriber);
  }

  /** From the next tick on nothing is noted for it one by one. */
  #leaveAlone(member: LaneMember): void {
    member.missed = new Missed(member.watchlist, {
      encoder: this.encoder,
      tickCounts: this.#tickCounts,
      newMarks: this.#marks,
      since: this.#servedAsOf + 1,
    });
  }

  /** Serves those who missed the lane's last tick and can take something by now. */
  serveLate(tick: Tick): void {
    for (const member of this.#late) {
      if (member.servedAsOf >= this.#servedAsOf) continue;
      const room = member.subscriber.peer.room(this.rateHz);
      if (room > 0) this.#host.owedServer.serve(member, room, tick);
    }
  }

  /* ---- debts ---- */

  owe(member: LaneMember, id: number, mark: number, since: number): void {
    if (member.owed === null) {
      member.owed = new Owed();
      this.#late.add(member);
      member.subscriber.fellBehind(member);
    }
    const wasOwed = member.owed.add(id, mark, since, this.encoder.merge);
    if (!wasOwed) return;
    member.subscriber.updatesConflated += 1;
    this.#host.counters.add('updates_conflated');
  }

  /**
   * Adds all that a member has not been sent to what it is owed, because that is about to be sent. What changed since the tick began is
   * only taken along where entries must not come twice: it will not be sent again at the next one.
   */
  collect(member: LaneMember): void {
    this.#oweBegun(member);
    member.ticksMissed = 0;
    if (this.encoder.nextMark === null) return;
    for (const id of this.#dirty) {
      if (member.watchlist.has(id)) this.owe(member, id, this.#markFor(member, id), this.#servedAsOf + 1);
    }
    member.from = this.#fromNow(member.watchlist);
  }

  /** Notes that a member is owed nothing any more. */
  settle(member: LaneMember): void {
    if (member.owed === null) return;
    member.owed = null;
    this.#late.delete(member);
    member.subscriber.caughtUp(member);
  }

  /**
   * The newest version that a frame to this member may carry: all that it is owed is newer, but for what a regular period of the
   * lane holds back.
   */
  floor(member: LaneMember): number {
    let floor = member.owed?.floor() ?? Number.POSITIVE_INFINITY;
    const serving = this.#serving;
    if (serving !== null && member.tick !== serving.tick.serial) floor = Math.min(floor, serving.since - 1);
    if (this.#dirty.length > 0) floor = Math.min(floor, this.#overdueAt);
    return floor;
  }

  /** Owes it all of the ticks that have begun. */
  #oweBegun(member: LaneMember): void {
    this.#oweMissed(member, Math.max(0, (member.missed?.since ?? 0) - CHANGED_BEFORE));
    this.#oweServing(member);
  }

  /** @param version see `Missed.tell` */
  #oweMissed(member: LaneMember, version: number): void {
    const { missed } = member;
    if (missed === null) return;
    member.missed = null;
    // The tick that is served now is among what it missed.
    if (this.#serving !== null) member.tick = this.#serving.tick.serial;
    missed.tell(
      member.watchlist,
      { encoder: this.encoder, tickCounts: this.#tickCounts },
      version,
      (id, mark, ticks) => {
        this.owe(member, id, mark, missed.since);
        member.subscriber.updatesConflated += ticks - 1;
        this.#host.counters.add('updates_conflated', ticks - 1);
      },
    );
  }

  #oweServing(member: LaneMember): void {
    const serving = this.#serving;
    if (serving === null || member.tick === serving.tick.serial) return;
    member.tick = serving.tick.serial;
    this.#oweMarks(member, serving);
    member.from = null;
  }

  #oweMarks(member: LaneMember, { marks, since }: Serving): void {
    const { watchlist, from } = member;
    const owe = (id: number, mark: number): void => {
      const first = from?.get(id);
      this.owe(member, id, first === undefined || mark > first ? mark : first, since);
    };
    if (marks.size <= watchlist.ids.length) {
      for (const [id, mark] of marks) if (watchlist.has(id)) owe(id, mark);
    } else {
      for (const id of watchlist.ids) {
        const mark = marks.get(id);
        if (mark !== undefined) owe(id, mark);
      }
    }
  }

  /** The lane's mark of an instrument, as far as it is the member's. */
  #markFor(member: LaneMember, id: number): number {
    const mark = this.#marks[id]!;
    const from = member.from?.get(id);
    return from === undefined || mark > from ? mark : from;
  }

  /** What changed before a member comes is not its to be sent. */
  #fromNow(watchlist: Watchlist): Map<number, number> | null {
    const { nextMark } = this.encoder;
    if (nextMark === null) return null;
    let from: Map<number, number> | null = null;
    for (const id of this.#dirty) {
      if (!watchlist.has(id)) continue;
      from ??= new Map();
      from.set(id, nextMark(id));
    }
    return from;
  }

  #endServing(): void {
    this.#serving?.cursor.end();
    this.#serving = null;
    this.#fragments.clear();
  }
}
