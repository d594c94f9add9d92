import type { VenueRest } from '../venue/ports.ts';
import { snapshotOf, type DepthSnapshot } from './map.ts';
import type { BinancePayload } from './wire.ts';

/**
 * BN15 "Weight" of GET /api/v3/depth: 25 for 500 levels a side, 50 for 1,000, 250 for 5,000 (the most); REQUEST_WEIGHT is limited to
 *      6,000 a minute an address: https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#order-book.
 *      So the deepest where few books wait; what lies deeper becomes known when it changes.
 */
const LIMITS = [
  { waitingMax: 8, levels: 5_000, weight: 250 },
  { waitingMax: 40, levels: 1_000, weight: 50 },
  { waitingMax: Infinity, levels: 500, weight: 25 },
] as const;
/** At most 2,500 + 60 x 50 = 5,500 in a minute: room for the listings and for trades that are filled in. */
const WEIGHT_AT_ONCE = 2_500;
const WEIGHT_PER_SECOND = 50;

/**
 * Asks REST for the books of a connection, no faster than the venue allows. It has no timer: time is what frames bring. Not a retry: a
 * book that was not answered is asked for again by whoever misses it.
 */
export class Snapshots {
  readonly #rest: VenueRest;
  readonly #onSnapshot: (symbol: string, snapshot: DepthSnapshot) => void;
  readonly #waiting = new Set<string>();
  readonly #underway = new Set<string>();
  #weight = WEIGHT_AT_ONCE;
  #nowUs = 0;

  /** @param onSnapshot called between frames */
  constructor(rest: VenueRest, onSnapshot: (symbol: string, snapshot: DepthSnapshot) => void) {
    this.#rest = rest;
    this.#onSnapshot = onSnapshot;
  }

  want(symbol: string): void {
    if (this.#underway.has(symbol)) return;
    this.#waiting.add(symbol);
    this.#askSome();
  }

  drop(symbol: string): void {
    this.#waiting.delete(symbol);
    this.#underway.delete(symbol);
  }

  /** Called with each frame. */
  onTime(nowUs: number): void {
    if (this.#nowUs > 0 && nowUs > this.#nowUs)
      this.#weight = Math.min(
        WEIGHT_AT_ONCE,
        this.#weight + ((nowUs - this.#nowUs) / 1e6) * WEIGHT_PER_SECOND,
      );
    this.#nowUs = nowUs;
    if (this.#waiting.size > 0) this.#askSome();
  }

  #askSome(): void {
    for (const symbol of this.#waiting) {
      const { levels, weight } = LIMITS.find(({ waitingMax }) => this.#waiting.size <= waitingMax)!;
      if (this.#weight < weight) return;
      this.#weight -= weight;
      this.#waiting.delete(symbol);
      this.#underway.add(symbol);
      void this.#ask(symbol, levels);
    }
  }

  async #ask(symbol: string, levels: number): Promise<void> {
    let snapshot: DepthSnapshot | null = null;
    try {
      const body = await this.#rest.text(
        `/api/v3/depth?symbol=${encodeURIComponent(symbol)}&limit=${levels}`,
      );
      snapshot = snapshotOf(JSON.parse(body) as BinancePayload);
    } catch {
      // No answer, or none that is JSON: the symbol is not live, and who asked for it asks again and tells so.
    }
    // Not wanted any more, or asked for anew meanwhile.
    if (!this.#underway.delete(symbol) || snapshot === null) return;
    this.#onSnapshot(symbol, snapshot);
  }
}
