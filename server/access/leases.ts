import type { Cancel, Clock } from '../engine/ports.ts';
import { mayPass, type AccessRefusal, type Admitted, type Viewer } from './authority.ts';

const SWEEP_INTERVAL_MS = 1_000;
/** Whoever stays is verified again after this, us. */
const RECHECK_US = 900_000_000;
/** Without an answer it is tried again after this, us, and goes on meanwhile ... */
const RETRY_US = 60_000_000;
/** ... but for no longer than this since the last good answer, us. */
const UNCHECKED_US_MAX = 1_800_000_000;
/** Verified in one turn of the loop, and waited for at once, when everybody is verified anew. */
const TURN_MAX = 200;

/** Who holds a lease. */
export interface LeaseOwner {
  /** It may go on, as this viewer from now on. */
  onViewer(viewer: Viewer): void;
  /** It may not watch any more. The lease is gone already. */
  onRefused(reason: AccessRefusal): void;
}

/** One connection's right to go on. */
export class Lease {
  token: string;
  viewer: Viewer;
  /** When an authority said yes last, us. */
  checkedUs: number;
  /** When it is asked again, us. */
  dueUs: number;
  readonly owner: LeaseOwner;

  constructor(token: string, viewer: Viewer, owner: LeaseOwner, nowUs: number) {
    this.token = token;
    this.viewer = viewer;
    this.owner = owner;
    this.checkedUs = nowUs;
    this.dueUs = nowUs + RECHECK_US;
  }
}

/**
 * Everybody who was let in and stays, and the one timer that ends what has expired and has the rest verified again.
 *
 * Invariant: a lease ends within a second of its expiry, and is never older than half an hour without a good answer.
 */
export class Leases {
  readonly #clock: Clock;
  readonly #check: (token: string) => Admitted | Promise<Admitted>;
  readonly #leases = new Set<Lease>();
  /** To be verified anew, in this order. */
  readonly #queue = new Set<Lease>();
  #checking = 0;
  #sweep: Cancel | null = null;
  /** To the instant of the next expiry, when it comes before the next sweep. */
  #precise: Cancel | null = null;
  #pump: Cancel | null = null;

  constructor(clock: Clock, check: (token: string) => Admitted | Promise<Admitted>) {
    this.#clock = clock;
    this.#check = check;
  }

  get size(): number {
    return this.#leases.size;
  }

  take(token: string, viewer: Viewer, owner: LeaseOwner): Lease {
    const lease = new Lease(token, viewer, owner, this.#clock.nowUs());
    this.#leases.add(lease);
    this.#sweep ??= this.#clock.every(SWEEP_INTERVAL_MS, () => this.#onSweep());
    return lease;
  }

  /** Another token takes the place of the one before. */
  renew(lease: Lease, token: string, viewer: Viewer): void {
    lease.token = token;
    this.#renewed(lease, viewer);
  }

  drop(lease: Lease): void {
    this.#leases.delete(lease);
    this.#queue.delete(lease);
    if (this.#leases.size === 0) this.#rest();
  }

  /** Has everybody verified anew, a part in each turn of the loop. */
  recheck(): void {
    for (const lease of this.#leases) this.#queue.add(lease);
    this.#work();
  }

  close(): void {
    this.#leases.clear();
    this.#queue.clear();
    this.#rest();
  }

  #rest(): void {
    this.#sweep?.();
    this.#precise?.();
    this.#pump?.();
    this.#sweep = null;
    this.#precise = null;
    this.#pump = null;
  }

  #onSweep(): void {
    const nowUs = this.#clock.nowUs();
    let nextUs = Number.POSITIVE_INFINITY;
    for (const lease of this.#leases) {
      const { expiresUs } = lease.viewer;
      if (nowUs >= expiresUs) this.#end(lease, 'expired');
      else if (nowUs >= lease.dueUs) this.#queue.add(lease);
      if (expiresUs > nowUs && expiresUs < nextUs) nextUs = expiresUs;
    }
    this.#work();
    this.#precise?.();
    this.#precise = null;
    const waitMs = (nextUs - nowUs) / 1000;
    if (waitMs < SWEEP_INTERVAL_MS)
      this.#precise = this.#clock.after(Math.ceil(waitMs), () => this.#onSweep());
  }

  #work(): void {
    if (this.#pump !== null) return;
    let left = TURN_MAX;
    for (const lease of this.#queue) {
      if (this.#checking >= TURN_MAX) return;
      if (left === 0) {
        this.#pump = this.#clock.soon(() => {
          this.#pump = null;
          this.#work();
        });
        return;
      }
      left -= 1;
      this.#queue.delete(lease);
      this.#verify(lease);
    }
  }

  #verify(lease: Lease): void {
    const { token } = lease;
    // Until the answer is here it is not asked for again.
    lease.dueUs = Number.POSITIVE_INFINITY;
    const answer = this.#check(token);
    if (!(answer instanceof Promise)) return this.#onAnswer(lease, token, answer);
    this.#checking += 1;
    void answer.then((admitted) => {
      this.#checking -= 1;
      this.#onAnswer(lease, token, admitted);
      this.#work();
    });
  }

  #onAnswer(lease: Lease, token: string, admitted: Admitted): void {
    // It is gone, or has another token meanwhile.
    if (!this.#leases.has(lease) || lease.token !== token) return;
    if (admitted.ok) return this.#renewed(lease, admitted.viewer);
    const nowUs = this.#clock.nowUs();
    const isPatient = mayPass(admitted.reason) && nowUs - lease.checkedUs < UNCHECKED_US_MAX;
    if (isPatient) lease.dueUs = nowUs + RETRY_US;
    else this.#end(lease, admitted.reason);
  }

  #renewed(lease: Lease, viewer: Viewer): void {
    const nowUs = this.#clock.nowUs();
    lease.checkedUs = nowUs;
    lease.dueUs = nowUs + RECHECK_US;
    lease.viewer = viewer;
    lease.owner.onViewer(viewer);
  }

  #end(lease: Lease, reason: AccessRefusal): void {
    this.drop(lease);
    lease.owner.onRefused(reason);
  }
}
