import {
  parseIncrement,
  priceTicks,
  sizeLots,
  type Increment,
  type InstrumentDefinition,
  type InstrumentId,
  type MarketEvent,
  type PriceTicks,
  type SizeLots,
} from '#protocol';
import type { VenueInstrument, VenueListing } from './ports.ts';
import { readBook, type BookNumbers, type Portions } from './portions.ts';
import { StepText } from './step-text.ts';

/** What a price or size is counted in until the first text with digits after the point. */
const WHOLE: Increment = { units: 1, decimals: 0 };
/** A day's volume must stay exact beside single sizes. */
const SIZE_HEADROOM = 16;
/** Numbers that are remembered until the event that holds them: a longer event is given up when its units change midway. */
const RECENT_MAX = 4_096;
/** Runs of levels that wait for their event: an adapter that never sends it must not fill the memory. */
const RUNS_MAX = 16;

/**
 * One instrument of a venue, in the units that the engine has for it. Not its prices: it keeps none.
 *
 * Invariant: `define` was called with the increments that the numbers of the next event are counted in. A finer text in the midst of an
 * event leaves that event's earlier numbers in the older units; `settle` puts them right, so no adapter has to think of it.
 */
export class ListedInstrument implements VenueInstrument {
  readonly symbol: string;
  readonly id: InstrumentId;
  readonly #venue: string;
  readonly #listing: VenueListing;
  readonly #define: (definition: InstrumentDefinition) => InstrumentId;
  readonly #prices: StepText;
  readonly #sizes: StepText;
  readonly #recentPrices = new RecentNumbers();
  readonly #recentSizes = new RecentNumbers();
  /** Levels that were read for the next book, whatever trades are taken before it. */
  #runs: LevelRun[] = [];
  #revision = 0;

  constructor(options: {
    venue: string;
    listing: VenueListing;
    /** Makes the instrument known to the engine, and again each time its tick or lot becomes finer. */
    define: (definition: InstrumentDefinition) => InstrumentId;
  }) {
    this.#venue = options.venue;
    this.#listing = options.listing;
    this.#define = options.define;
    this.symbol = options.listing.symbol;
    this.#prices = new StepText(parseIncrement(options.listing.tick) ?? WHOLE, 1, (ratio) =>
      this.#finer(this.#recentPrices, 0, ratio),
    );
    this.#sizes = new StepText(parseIncrement(options.listing.lot) ?? WHOLE, SIZE_HEADROOM, (ratio) =>
      this.#finer(this.#recentSizes, 1, ratio),
    );
    this.id = this.#define(this.definition);
  }

  /** As the engine has it now. */
  get definition(): InstrumentDefinition {
    const { symbol, name, assetClass, currency } = this.#listing;
    return {
      venue: this.#venue,
      symbol,
      name,
      assetClass,
      currency,
      tick: this.#prices.increment,
      lot: this.#sizes.increment,
    };
  }

  /** Rises when tick or lot became finer: numbers that were kept from before are in older units. */
  get revision(): number {
    return this.#revision;
  }

  price(text: string): PriceTicks {
    const ticks = this.#prices.read(text);
    this.#recentPrices.add(ticks);
    return priceTicks(ticks);
  }

  size(text: string): SizeLots {
    const lots = this.#sizes.read(text);
    this.#recentSizes.add(lots);
    return sizeLots(lots);
  }

  levels(texts: readonly (readonly string[])[], levels: number[]): number {
    const from = levels.length;
    let refused = 0;
    let revision = this.#revision;
    for (let at = 0; at < texts.length; at += 1) {
      const price = this.#prices.read(texts[at]![0]!);
      const size = this.#sizes.read(texts[at]![1]!);
      if (this.#revision !== revision) {
        // Units changed midway: all of them again. Ends, since each change makes a step finer and that is bounded.
        revision = this.#revision;
        levels.length = from;
        refused = 0;
        at = -1;
      } else if (price === price && size === size) levels.push(price, size);
      else refused += 1;
    }
    this.#runs = this.#runs.filter((run) => run.levels !== levels || run.to <= from);
    this.#runs.push({ levels, from, to: levels.length });
    if (this.#runs.length > RUNS_MAX) this.#runs.shift();
    return refused;
  }

  book(bids: readonly (readonly string[])[], asks: readonly (readonly string[])[]): Portions<BookNumbers> {
    return readBook(this, bids, asks);
  }

  /**
   * Called with each event before the engine gets it: numbers that were read before the units changed, in the midst of this
   * event, are written in the new ones. False when that cannot be told: the event is not to be used.
   */
  settle(event: MarketEvent): boolean {
    const prices = this.#recentPrices;
    const sizes = this.#recentSizes;
    const isExact = prices.isExact && sizes.isExact;
    if (isExact && (prices.hasMoved || sizes.hasMoved))
      rewrite(event, prices, sizes, (side) => this.#runs.some(({ levels }) => levels === side));
    prices.clear();
    sizes.clear();
    if (event.type === 'book' && this.#runs.length > 0) this.#runs = [];
    return isExact;
  }

  /** @param offset of these numbers in a level: 0 = price, 1 = size */
  #finer(recent: RecentNumbers, offset: 0 | 1, ratio: number): void {
    recent.move(ratio);
    for (const { levels, from, to } of this.#runs) {
      for (let at = from + offset; at < to; at += 2) levels[at]! *= ratio;
    }
    this.#revision += 1;
    this.#define(this.definition);
  }
}

/** Where numbers of `levels` lie. */
interface LevelRun {
  readonly levels: number[];
  readonly from: number;
  readonly to: number;
}

/** The numbers that one event is made of, so far. */
class RecentNumbers {
  #numbers = new Float64Array(16);
  #count = 0;
  /** By the number as it was returned: what it is in the units of now. Null while the units stand. */
  #moved: Map<number, number> | null = null;

  get hasMoved(): boolean {
    return this.#moved !== null;
  }

  /** False when there were too many numbers to tell old from new. */
  get isExact(): boolean {
    return this.#moved === null || this.#count < RECENT_MAX;
  }

  add(number: number): void {
    if (this.#count === this.#numbers.length) {
      if (this.#count === RECENT_MAX) return;
      const longer = new Float64Array(2 * this.#count);
      longer.set(this.#numbers);
      this.#numbers = longer;
    }
    this.#numbers[this.#count] = number;
    this.#count += 1;
  }

  move(ratio: number): void {
    const moved = new Map<number, number>();
    for (const [before, now] of this.#moved ?? []) moved.set(before, now * ratio);
    for (let at = 0; at < this.#count; at += 1) moved.set(this.#numbers[at]!, this.#numbers[at]! * ratio);
    this.#moved = moved;
    if (this.#count < RECENT_MAX) this.#count = 0;
  }

  /** A number of the event in the units of now: one that was read since the change is in them already. */
  now(number: number): number {
    const moved = this.#moved?.get(number);
    if (moved === undefined) return number;
    return this.#numbers.subarray(0, this.#count).includes(number) ? number : moved;
  }

  clear(): void {
    this.#count = 0;
    this.#moved = null;
  }
}

/** @param isRight levels that came through `levels`, which are right already */
function rewrite(
  event: MarketEvent,
  prices: RecentNumbers,
  sizes: RecentNumbers,
  isRight: (side: readonly number[]) => boolean,
): void {
  // Fields are branded by unit; what is written back has the same one.
  const fields = event as unknown as Record<string, unknown>;
  for (const name of ['price', 'bid', 'ask', 'open', 'high', 'low', 'close']) {
    const value = fields[name];
    if (typeof value === 'number') fields[name] = prices.now(value);
  }
  for (const name of ['size', 'bidSize', 'askSize', 'volume']) {
    const value = fields[name];
    if (typeof value === 'number') fields[name] = sizes.now(value);
  }
  if (event.type !== 'book') return;
  for (const side of [event.bids, event.asks]) {
    if (isRight(side)) continue;
    for (let at = 0; at < side.length; at += 2) {
      side[at] = prices.now(side[at]!);
      side[at + 1] = sizes.now(side[at + 1]!);
    }
  }
}
