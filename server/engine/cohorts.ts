import type { Arena } from './arena.ts';
import type { Fragments } from './fragments.ts';
import type { FrameHead } from './frame-buffer.ts';
import type { LaneMember } from './lane-member.ts';
import type { ReadyFrame } from './ready-frame.ts';
import { Watchlist } from './watchlist.ts';

/** Members that want the same instruments: their frame is put together once. */
export interface Cohort {
  readonly watchlist: Watchlist;
  readonly members: Set<LaneMember>;
}

/** The members of a lane, by what they want. */
export class Cohorts {
  readonly #cohorts = new Map<string, Cohort>();
  /** Members, all together. */
  size = 0;

  /** The cohort of a list, which stays only if somebody is entered. */
  of(ids: readonly number[]): Cohort {
    const key = keyOf(ids);
    let cohort = this.#cohorts.get(key);
    if (cohort === undefined) {
      cohort = { watchlist: new Watchlist(ids), members: new Set() };
      this.#cohorts.set(key, cohort);
    }
    return cohort;
  }

  enter(member: LaneMember, cohort: Cohort): void {
    cohort.members.add(member);
    this.size += 1;
  }

  leave(member: LaneMember): void {
    const key = keyOf(member.watchlist.ids);
    const cohort = this.#cohorts.get(key)!;
    cohort.members.delete(member);
    if (cohort.members.size === 0) this.#cohorts.delete(key);
    this.size -= 1;
  }

  all(): IterableIterator<Cohort> {
    return this.#cohorts.values();
  }

  *members(): Generator<LaneMember> {
    for (const { members } of this.#cohorts.values()) yield* members;
  }
}

const keyOf = (ids: readonly number[]): string => ids.join(',');

/**
 * Goes from member to member, and puts the frame of each cohort together when it is first asked for. May rest between any two:
 * members that leave meanwhile are passed over, and the memory of a frame that others will be sent is held.
 */
export class CohortCursor {
  readonly #arena: Arena;
  readonly #fragments: Fragments;
  readonly #head: FrameHead;
  readonly #cohorts: Iterator<Cohort>;
  #members: Iterator<LaneMember> | null = null;
  #cohort: Cohort | null = null;
  /** The cohort's; undefined = not put together yet. */
  #frame: ReadyFrame | null | undefined;
  #isHeld = false;

  constructor(arena: Arena, fragments: Fragments, head: FrameHead, cohorts: Cohorts) {
    this.#arena = arena;
    this.#fragments = fragments;
    this.#head = head;
    this.#cohorts = cohorts.all();
  }

  /** The next member; null = there is none. */
  next(): LaneMember | null {
    for (;;) {
      const member = this.#members?.next();
      if (member !== undefined && member.done !== true) return member.value;
      this.end();
      const cohort = this.#cohorts.next();
      if (cohort.done === true) return null;
      this.#cohort = cohort.value;
      this.#members = cohort.value.members.values();
    }
  }

  /** The frame of the current member's cohort; null = nothing of what it wants has changed. */
  frame(): ReadyFrame | null {
    if (this.#frame !== undefined) return this.#frame;
    const { watchlist, members } = this.#cohort!;
    const frame = this.#fragments.frame(this.#arena, this.#head, watchlist);
    this.#frame = frame;
    if (frame !== null && members.size > 1) {
      frame.slab.hold();
      this.#isHeld = true;
    }
    return frame;
  }

  /** Lets the memory go. */
  end(): void {
    if (this.#isHeld) this.#frame!.slab.release();
    this.#isHeld = false;
    this.#frame = undefined;
    this.#members = null;
  }
}
