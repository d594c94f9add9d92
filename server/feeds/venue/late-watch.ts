import type { FeedHealth } from './feed-health.ts';
import { lateAfterUs, type LifeWatch } from './life-watch.ts';
import type { Venue } from './ports.ts';
import type { SubscriptionBook } from './subscription-book.ts';

/** A venue whose heartbeats are rare answers as quickly as others. */
const ANSWER_US_MAX = 5_000_000;

/** Told of what is late on one connection. */
export interface LateListener {
  /** Two signs of life are missing, one sentence; empty = they come again. */
  onLate(reason: string): void;
  onLateAnswer(symbol: string, reason: string): void;
}

/**
 * What of a connection is two heartbeats late: being let in and answers (5 s at most), signs of life. It ends nothing; that is for deadlines
 * that leave a venue more time.
 */
export class LateWatch {
  readonly #venue: Venue;
  readonly #health: FeedHealth;
  readonly #listener: LateListener;
  readonly #openedUs: number;
  readonly #lateUs: number;
  #isOpeningTold = false;
  #isLate = false;

  constructor(venue: Venue, health: FeedHealth, openedUs: number, listener: LateListener) {
    this.#venue = venue;
    this.#health = health;
    this.#openedUs = openedUs;
    this.#lateUs = Math.min(ANSWER_US_MAX, lateAfterUs(venue));
    this.#listener = listener;
  }

  /** Before we are let in. */
  lookAtOpening(nowUs: number): void {
    if (this.#isOpeningTold || nowUs - this.#openedUs < this.#lateUs) return;
    this.#isOpeningTold = true;
    this.#health.count('late_openings');
    this.#health.problem(`${this.#venue.title} has not let us in yet.`);
  }

  look(nowUs: number, life: LifeWatch, book: SubscriptionBook): void {
    const isLate = life.isLate(nowUs);
    if (isLate !== this.#isLate) {
      this.#isLate = isLate;
      if (isLate) this.#health.count('late_heartbeats');
      this.#listener.onLate(isLate ? life.sentence(nowUs) : '');
    }
    for (const symbol of book.late(nowUs, this.#lateUs)) {
      this.#health.count('late_answers');
      this.#listener.onLateAnswer(symbol, 'The subscription has not been answered yet.');
    }
  }
}
