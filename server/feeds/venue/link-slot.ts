import type { UnixUs } from '#protocol';
import type { Cancel, Clock } from '../../engine/ports.ts';
import { BackOff } from './back-off.ts';
import type { FeedHealth } from './feed-health.ts';
import type { VenueFacts } from './ports.ts';
import type { VenueLink } from './venue-link.ts';

const RETRY_MS_MIN = 500;
const RETRY_MS_MAX = 30_000;
/** A connection that lived for this long has proved that the venue takes us: the pauses begin anew. */
const PROVEN_US = 30_000_000;
/** A planned end is forestalled by this part of the venue's limit, at most 10 minutes. */
const ROTATE_EARLY_SHARE = 0.1;
const ROTATE_EARLY_US_MAX = 600_000_000;
/** Two connections side by side at most. */
const OVERLAP_US_MAX = 30_000_000;
/** The old one is heard this long after the new one has everything: what was on its way arrives. */
const LINGER_US = 1_000_000;

export interface SlotParts {
  readonly facts: VenueFacts;
  readonly clock: Clock;
  readonly random: () => number;
  readonly health: FeedHealth;
  makeLink(symbols: readonly string[]): VenueLink;
  /** Whether the venue allows one connection more. */
  canOverlap(): boolean;
  /** Symbols have no connection for now; one sentence. */
  onLost(symbols: ReadonlySet<string>, link: VenueLink, reason: string): void;
}

/**
 * The connection that a set of symbols shares, over its lives: opened, opened again with growing pauses, and exchanged for a new one
 * before the venue ends it.
 *
 * Invariant: at most two links, and two only while a new one takes over.
 */
export class LinkSlot {
  readonly symbols = new Set<string>();
  readonly #parts: SlotParts;
  readonly #backOff: BackOff;
  #link: VenueLink | null = null;
  #next: VenueLink | null = null;
  #retry: Cancel | null = null;
  #retryUs = Infinity;
  #rotateAtUs = Infinity;
  #overlapSinceUs = 0;
  #settledUs = 0;
  #isClosed = false;

  constructor(parts: SlotParts) {
    this.#parts = parts;
    this.#backOff = new BackOff(RETRY_MS_MIN, RETRY_MS_MAX, parts.random);
  }

  get links(): VenueLink[] {
    return [this.#link, this.#next].filter((link) => link !== null);
  }

  /** When it tries again; Infinity where it does not wait for that. */
  get retryUs(): number {
    return this.#retry === null ? Infinity : this.#retryUs;
  }

  add(symbols: readonly string[]): void {
    for (const symbol of symbols) this.symbols.add(symbol);
    if (this.#link === null && this.#retry === null) this.#link = this.#parts.makeLink([...this.symbols]);
    for (const link of this.links) if (link.readyUs > 0) link.subscribe(symbols);
  }

  remove(symbols: readonly string[]): void {
    for (const symbol of symbols) this.symbols.delete(symbol);
    for (const link of this.links) if (link.readyUs > 0) link.unsubscribe(symbols);
  }

  onReady(link: VenueLink): void {
    if (link === this.#link) this.#planRotation();
    link.subscribe([...this.symbols]);
  }

  onClosed(link: VenueLink, reason: string): void {
    if (link === this.#next) {
      this.#next = null;
      this.#rotateAtUs = this.#parts.clock.nowUs() + this.#backOff.next() * 1000;
      return;
    }
    if (link !== this.#link) return;
    this.#parts.health.count('disconnects');
    this.#link = this.#next;
    this.#next = null;
    if (this.#link === null) this.#wait();
    else this.#planRotation();
    this.#parts.onLost(this.symbols, link, reason);
  }

  /** Puts a new connection in the place of this one. */
  rotate(link: VenueLink): void {
    if (link !== this.#link || this.#next !== null || this.#isClosed) return;
    const parts = this.#parts;
    parts.health.count('rotations');
    this.#rotateAtUs = Infinity;
    if (parts.canOverlap()) {
      this.#overlapSinceUs = parts.clock.nowUs();
      this.#settledUs = 0;
      this.#next = parts.makeLink([...this.symbols]);
      return;
    }
    link.close();
    // A venue that asks for it as soon as we come must not be run against without a pause.
    const isProven = link.readyUs > 0 && parts.clock.nowUs() - link.readyUs >= PROVEN_US;
    this.#link = isProven ? parts.makeLink([...this.symbols]) : null;
    if (!isProven) this.#wait();
    parts.onLost(
      this.symbols,
      link,
      'The venue allows no second connection: a new one is opened in its place.',
    );
  }

  tick(nowUs: UnixUs): void {
    for (const link of this.links) link.tick(nowUs);
    const link = this.#link;
    if (link !== null && link.readyUs > 0) {
      if (nowUs - link.readyUs >= PROVEN_US) this.#backOff.reset();
      if (nowUs >= this.#rotateAtUs) this.rotate(link);
    }
    if (this.#next !== null) this.#overlap(this.#next, nowUs);
  }

  close(): void {
    this.#isClosed = true;
    this.#retry?.();
    this.#retry = null;
    for (const link of this.links) link.close();
    this.#link = null;
    this.#next = null;
  }

  #overlap(next: VenueLink, nowUs: number): void {
    if (next.isSettled && this.#settledUs === 0) this.#settledUs = nowUs;
    const isReady = this.#settledUs > 0 && nowUs - this.#settledUs >= LINGER_US;
    const isLate = next.readyUs > 0 && nowUs - this.#overlapSinceUs >= OVERLAP_US_MAX;
    if (!isReady && !isLate) return;
    const old = this.#link;
    this.#link = next;
    this.#next = null;
    this.#planRotation();
    old?.close();
    if (old !== null) this.#parts.onLost(this.symbols, old, 'The new connection has not brought it yet.');
  }

  #planRotation(): void {
    const lifeUs = this.#parts.facts.connectionLifeMs * 1000;
    const earlyUs = Math.min(ROTATE_EARLY_US_MAX, lifeUs * ROTATE_EARLY_SHARE);
    // Several connections of one start are not exchanged in the same second.
    const spreadUs = Number.isFinite(lifeUs) ? this.#parts.random() * earlyUs : 0;
    const sinceUs = this.#link?.readyUs === 0 ? this.#parts.clock.nowUs() : this.#link!.readyUs;
    this.#rotateAtUs = sinceUs + lifeUs - earlyUs - spreadUs;
  }

  #wait(): void {
    if (this.#isClosed) return;
    const pauseMs = this.#backOff.next();
    this.#retryUs = this.#parts.clock.nowUs() + pauseMs * 1000;
    this.#retry = this.#parts.clock.after(pauseMs, () => {
      this.#retry = null;
      this.#parts.health.count('reconnects');
      this.#link = this.#parts.makeLink([...this.symbols]);
    });
  }
}
