/** Free room above and below the prices in view, as a part of their span. */
const PADDING = 0.08;
/** A range is kept while the prices fill at least this part of it and come no nearer to its ends than `EDGE`. */
const FILL_MIN = 0.6;
const EDGE = 0.015;
const SPAN_FACTOR_MAX = 50;

/**
 * The prices between the lower and the upper edge of the plot, in ticks, and where a price is drawn. Fits itself to what is in view with
 * hysteresis, so that a streaming price does not make the axis jitter, until the viewer scales by hand. On a log scale all
 * of it is done in logarithms. Invariant: after the first fit, lower < upper.
 */
export class PriceRange {
  isAuto = true;
  #log = false;
  /** In ticks, or in their logarithms. */
  #lower = Number.NaN;
  #upper = Number.NaN;
  #top = 0;
  #height = 1;

  get isLog(): boolean {
    return this.#log;
  }

  get isSet(): boolean {
    return this.#upper > this.#lower;
  }

  /** Lower end, ticks. */
  get min(): number {
    return this.#log ? Math.exp(this.#lower) : this.#lower;
  }

  /** Upper end, ticks. */
  get max(): number {
    return this.#log ? Math.exp(this.#upper) : this.#upper;
  }

  /** Where the range is drawn: px of its upper end, and px to its lower end. */
  place(top: number, height: number): void {
    this.#top = top;
    this.#height = Math.max(1, height);
  }

  /** Forgets everything but the kind of scale: another instrument is shown. */
  clear(): void {
    this.isAuto = true;
    this.#lower = Number.NaN;
    this.#upper = Number.NaN;
  }

  setLog(log: boolean): void {
    if (log === this.#log) return;
    this.#log = log;
    this.clear();
  }

  /**
   * Makes the range hold these prices. `exact` = without hysteresis, while the viewer moves the view. Returns true when the
   * range changed.
   */
  fit(low: number, high: number, exact: boolean): boolean {
    if (!this.isAuto || !(high >= low)) return false;
    const from = this.#in(low);
    let span = this.#in(high) - from;
    if (!(span >= 0) || !Number.isFinite(span)) return false;
    const held = this.#upper - this.#lower;
    if (!exact && this.isSet) {
      const inside = from >= this.#lower + held * EDGE && from + span <= this.#upper - held * EDGE;
      if (inside && span >= held * FILL_MIN) return false;
      // A flat line has no span to fill a range with: it keeps the one it is in.
      if (inside && span === 0) return false;
    }
    const middle = from + span / 2;
    // Some ticks of span at least, so that a price that stands still is a line through the middle.
    span = Math.max(span, this.#log ? 8 / Math.max(1, low) : 8);
    const lower = middle - span * (0.5 + PADDING);
    const upper = middle + span * (0.5 + PADDING);
    const changed = lower !== this.#lower || upper !== this.#upper;
    this.#lower = lower;
    this.#upper = upper;
    return changed;
  }

  /** Scales by hand about the middle: factor > 1 shows more prices. */
  scaleBy(factor: number): void {
    if (!this.isSet) return;
    const middle = (this.#lower + this.#upper) / 2;
    const half =
      ((this.#upper - this.#lower) / 2) * Math.min(SPAN_FACTOR_MAX, Math.max(1 / SPAN_FACTOR_MAX, factor));
    if (!(half > 0) || (!this.#log && half < 0.5)) return;
    this.isAuto = false;
    this.#lower = middle - half;
    this.#upper = middle + half;
  }

  /** Moves by hand, px downwards. Only once scaled by hand: before, the range follows the bars. */
  shiftBy(deltaPx: number): void {
    if (this.isAuto || !this.isSet) return;
    const shift = (deltaPx / this.#height) * (this.#upper - this.#lower);
    this.#lower += shift;
    this.#upper += shift;
  }

  /** Px of a price. */
  y(ticks: number): number {
    return this.#top + ((this.#upper - this.#in(ticks)) / (this.#upper - this.#lower)) * this.#height;
  }

  /** Price at a place, ticks, as a fraction. */
  priceAt(y: number): number {
    const value = this.#upper - ((y - this.#top) / this.#height) * (this.#upper - this.#lower);
    return this.#log ? Math.exp(value) : value;
  }

  /** y = offset - slope x value, value = ticks or their logarithm: for loops over many prices. */
  get slope(): number {
    return this.#height / (this.#upper - this.#lower);
  }

  get offset(): number {
    return this.#top + this.#upper * this.slope;
  }

  #in(ticks: number): number {
    return this.#log ? Math.log(Math.max(ticks, 1e-9)) : ticks;
  }
}
