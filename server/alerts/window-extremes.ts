/** A window is kept in so many parts: what leaves it leaves at most 1 % of the window late. */
const PARTS = 100;

/**
 * Lowest and highest of a number over a window that moves with time, in constant memory. Driven by the caller's clock.
 * Invariant: `low` and `high` hold every value of the window, and none that is older than the window and one part.
 */
export class WindowExtremes {
  readonly #partUs: number;
  readonly #low = new Float64Array(PARTS + 1).fill(Number.NaN);
  readonly #high = new Float64Array(PARTS + 1).fill(Number.NaN);
  /** Number of the newest part since 1970; -1 = nothing came yet. */
  #newest = -1;
  low = Number.NaN;
  high = Number.NaN;

  constructor(windowUs: number) {
    this.#partUs = windowUs / PARTS;
  }

  add(value: number, nowUs: number): void {
    this.advance(nowUs);
    const at = this.#newest % (PARTS + 1);
    if (!(value >= this.#low[at]!)) this.#low[at] = value;
    if (!(value <= this.#high[at]!)) this.#high[at] = value;
    if (!(value >= this.low)) this.low = value;
    if (!(value <= this.high)) this.high = value;
  }

  /** Lets go what is too old. The newest value stays known, however old: it still is the price. */
  advance(nowUs: number): void {
    const part = Math.floor(nowUs / this.#partUs);
    if (part <= this.#newest) return;
    const count = this.#low.length;
    for (let gone = Math.max(this.#newest + 1, part - PARTS); gone <= part; gone += 1) {
      this.#low[gone % count] = Number.NaN;
      this.#high[gone % count] = Number.NaN;
    }
    this.#newest = part;
    this.low = Number.NaN;
    this.high = Number.NaN;
    for (let at = 0; at < count; at += 1) {
      if (!(this.#low[at]! >= this.low) && this.#low[at] === this.#low[at]) this.low = this.#low[at]!;
      if (!(this.#high[at]! <= this.high) && this.#high[at] === this.#high[at]) this.high = this.#high[at]!;
    }
  }
}
