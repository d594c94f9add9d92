import type { AsOf, InstrumentId, UnixUs } from '#protocol';
import type { Arena } from './arena.ts';
import type { Counters } from './counters.ts';
import type { DictionaryTeller } from './dictionary-teller.ts';
import type { Lane } from './lane.ts';
import type { LostRows } from './lane-encoder.ts';
import type { Missed } from './missed.ts';
import type { Owed } from './owed.ts';
import type { OwedServer } from './owed-server.ts';
import type { Subscriber } from './subscriber.ts';
import type { Watchlist } from './watchlist.ts';

/** One viewer's membership in a lane. */
export interface LaneMember {
  readonly lane: Lane;
  readonly subscriber: Subscriber;
  readonly watchlist: Watchlist;
  /** What it was not sent while it could not take it; null = nothing. */
  owed: Owed | null;
  /** Ticks in a row at which it could take nothing, and what it misses beyond what it is owed; null = nothing. */
  ticksMissed: number;
  missed: Missed | null;
  /**
   * Where entries must not be sent twice: the lowest mark that the member may be served of what changed before it came. null = no bound.
   */
  from: Map<number, number> | null;
  /** Serial number of the newest tick that is not for this member any more: served, or under way when it came. */
  tick: number;
  /** Version at which it was last served, or came. */
  servedAsOf: number;
  /** Frames that it was sent at their tick. */
  onTime: number;
}

/** One point of time at which frames are made. */
export interface Tick {
  readonly serial: number;
  readonly asOf: AsOf;
  readonly generation: number;
}

/** What a lane needs of the hub that it belongs to. */
export interface LaneHost {
  readonly arena: Arena;
  readonly counters: Counters;
  readonly owedServer: OwedServer;
  readonly teller: DictionaryTeller;
  /** Timeline time of a version, for ages in frames. */
  timeOf(version: AsOf): UnixUs;
}

/** Tells a member of rows that it will never be sent. */
export function tellLost(member: LaneMember, lost: readonly LostRows[]): void {
  for (const { id, fromSeq, toSeq } of lost) {
    if (!member.watchlist.has(id)) continue;
    member.subscriber.tradesLost += toSeq - fromSeq + 1;
    member.subscriber.peer.tellLost(member.lane.channel, id as InstrumentId, fromSeq, toSeq);
  }
}
