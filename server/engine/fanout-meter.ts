import type { Lane } from './lane.ts';
import type { PeerReport } from './reports.ts';
import { StalenessHistogram } from './staleness.ts';
import type { Subscriber } from './subscriber.ts';

export type FanoutTotals = PeerReport & {
  readonly changes: number;
  readonly entriesEncoded: number;
};

const COUNTS = ['frames', 'updates', 'ticksSkipped', 'updatesConflated', 'tradesLost'] as const;

/** Sums over all viewers and lanes, those included that are gone. Nothing is added up before somebody asks. */
export class FanoutMeter {
  readonly #gone = { frames: 0, updates: 0, ticksSkipped: 0, updatesConflated: 0, tradesLost: 0, bytes: 0 };
  readonly #goneStaleness = new StalenessHistogram();
  #changes = 0;
  #encoded = 0;

  /** A viewer leaves; its memberships have ended. */
  retire(subscriber: Subscriber): void {
    for (const count of COUNTS) this.#gone[count] += subscriber[count];
    this.#gone.bytes += subscriber.bytes + subscriber.peer.controlBytes;
    if (subscriber.staleness !== null) this.#goneStaleness.addAll(subscriber.staleness);
  }

  retireLane(lane: Lane): void {
    this.#changes += lane.changes;
    this.#encoded += lane.encoded;
  }

  total(subscribers: Iterable<Subscriber>, lanes: Iterable<Lane>): FanoutTotals {
    const sum = { ...this.#gone };
    const staleness = new StalenessHistogram();
    staleness.addAll(this.#goneStaleness);
    for (const subscriber of subscribers) {
      for (const count of COUNTS) sum[count] += subscriber[count];
      sum.bytes += subscriber.bytes + subscriber.peer.controlBytes;
      if (subscriber.staleness !== null) staleness.addAll(subscriber.staleness);
      for (const members of subscriber.placements.values()) {
        for (const { lane, onTime } of members) staleness.add(1000 / lane.rateHz, onTime);
      }
    }
    let changes = this.#changes;
    let entriesEncoded = this.#encoded;
    for (const lane of lanes) {
      changes += lane.changes;
      entriesEncoded += lane.encoded;
    }
    return { ...sum, staleness: staleness.report(), changes, entriesEncoded };
  }
}
