import { BAR_INTERVALS, BAR_INTERVAL_SECONDS, type WireBar } from '#protocol';
import { BarRing, type BarRoom } from './bar-ring.ts';

export const INTERVALS_S: readonly number[] = BAR_INTERVALS.map((interval) => BAR_INTERVAL_SECONDS[interval]);

const US_PER_S = 1_000_000;

/** Numbers of the open second: its start, and what its trades since then have made. */
const FROM_US = 0;
const HIGH = 1;
const LOW = 2;
const CLOSE = 3;
const VOLUME = 4;
const VERSION = 5;
const OPEN_NUMBERS = 6;

/** Stands for the bar of an interval that was too old to take a trade. */
export const NO_BAR = -1;

/**
 * The bars of one instrument, a ring an interval. In a busy market nearly every trade falls into the same second as the one before, and
 * so into the same bar of every interval: those trades are added up in one place first, and taken into the rings when the
 * second ends or somebody looks. Of an instrument without trades the longer bars are made of the shortest that its source sends, but
 * for those that it sends itself.
 *
 * Invariant: rings + open second are what the trades make; while a second is open, its bar is held in every ring.
 */
export class InstrumentBars {
  readonly #rings: readonly BarRing[];
  readonly #open = new Float64Array(OPEN_NUMBERS);
  /**
   * Start of the bar that the last trade or bar went into, by interval; NO_BAR where it went into none. Seconds, in a plain array: they
   * are small integers that are handed on as they are.
   */
  readonly starts: number[] = INTERVALS_S.map(() => NO_BAR);
  /** Start of the newest bar that the source sent as a whole, by interval. */
  readonly #sentS: number[] = INTERVALS_S.map(() => -Infinity);
  #isTraded = false;

  /** @param room of each ring */
  constructor(room: BarRoom) {
    this.#rings = INTERVALS_S.map(() => new BarRing(room));
    this.#open[FROM_US] = Number.NaN;
    this.#empty();
  }

  /** Takes a trade if it belongs to the open second; false when it does not. */
  add(timeUs: number, price: number, size: number, version: number): boolean {
    const open = this.#open;
    const ageUs = timeUs - open[FROM_US]!;
    if (!(ageUs >= 0 && ageUs < US_PER_S)) return false;
    if (price > open[HIGH]!) open[HIGH] = price;
    if (price < open[LOW]!) open[LOW] = price;
    open[CLOSE] = price;
    open[VOLUME]! += size;
    open[VERSION] = version;
    return true;
  }

  /**
   * Takes a trade of any time into the rings and opens its second. Returns how many intervals had no bar left for so late a trade.
   * @param behindUs time of the newest trade, where it lies before that, and closes no bar that both are in; else NaN
   */
  trade(timeUs: number, price: number, size: number, version: number, behindUs = Number.NaN): number {
    this.settle();
    this.#isTraded = true;
    const open = this.#open;
    const timeS = Math.floor(timeUs / US_PER_S);
    const behindS = Math.floor(behindUs / US_PER_S);
    let tooLate = 0;
    for (let index = 0; index < INTERVALS_S.length; index += 1) {
      const intervalS = INTERVALS_S[index]!;
      const startS = timeS - (timeS % intervalS);
      const keepsClose = behindS - (behindS % intervalS) === startS;
      const isTaken = this.#rings[index]!.trade(startS, price, size, version, keepsClose);
      this.starts[index] = isTaken ? startS : NO_BAR;
      if (!isTaken) tooLate += 1;
    }
    if (tooLate === 0 && behindUs !== behindUs) open[FROM_US] = timeS * US_PER_S;
    return tooLate;
  }

  /**
   * Takes a whole bar of one interval, and makes the longer ones of it.
   * @returns its volume as the source sent it before; 0 = it is new; null = it is too old
   */
  bar(intervalIndex: number, bar: WireBar, version: number): number | null {
    const ring = this.ring(intervalIndex);
    const { starts } = this;
    starts.fill(NO_BAR);
    const { newestStartS } = ring;
    const before = bar.startS === newestStartS ? ring.at(ring.length - 1) : null;
    if (!ring.put(bar, version)) return null;
    starts[intervalIndex] = bar.startS;
    const sent = bar.startS === this.#sentS[intervalIndex] ? before : null;
    this.#sentS[intervalIndex] = Math.max(bar.startS, this.#sentS[intervalIndex]!);
    const isShortest = this.#rings.findIndex(({ length }) => length > 0) === intervalIndex;
    const counted = sent?.volume ?? 0;
    if (this.#isTraded || !isShortest || bar.startS < newestStartS) return counted;
    for (let index = intervalIndex + 1; index < INTERVALS_S.length; index += 1) {
      const startS = bar.startS - (bar.startS % INTERVALS_S[index]!);
      if (startS > this.#sentS[index]! && this.#rings[index]!.fold(startS, bar, sent, version))
        starts[index] = startS;
    }
    return counted;
  }

  /**
   * Goes on from bars that were put into the rings.
   * @param isTraded there were trades
   */
  resume(isTraded: boolean): void {
    this.#isTraded = isTraded;
    const shortest = this.#rings.find(({ length }) => length > 0);
    if (shortest === undefined) return;
    const { newestStartS } = shortest;
    for (let index = 0; index < INTERVALS_S.length; index += 1) {
      // What is missing of a bar in progress is not known: it is not begun in its midst.
      const isMissing = this.#rings[index]!.length === 0;
      this.#sentS[index] = isMissing ? newestStartS - (newestStartS % INTERVALS_S[index]!) : -Infinity;
    }
    if (!isTraded) this.#sentS[this.#rings.indexOf(shortest)] = newestStartS;
  }

  /** The bars of one interval, complete until the next trade. */
  ring(intervalIndex: number): BarRing {
    this.settle();
    return this.#rings[intervalIndex]!;
  }

  /** Takes what the open second has made into the rings, and closes it. */
  settle(): void {
    const open = this.#open;
    open[FROM_US] = Number.NaN;
    const high = open[HIGH]!;
    if (high === -Infinity) return;
    for (let index = 0; index < INTERVALS_S.length; index += 1) {
      const ring = this.#rings[index]!;
      ring.merge(this.starts[index]!, high, open[LOW]!, open[CLOSE]!, open[VOLUME]!, open[VERSION]!);
    }
    this.#empty();
  }

  #empty(): void {
    this.#open[HIGH] = -Infinity;
    this.#open[LOW] = Infinity;
    this.#open[VOLUME] = 0;
  }
}
