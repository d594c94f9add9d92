/** Minutes in a sparkline. */
export const SPARKLINE_CLOSES = 60;
const MINUTE_US = 60_000_000;
/** A jump of more minutes than this is no passing of time: the closes in between are asked for. */
const ROLL_MINUTES_MAX = 3;

/**
 * Closing prices a minute for small charts, oldest first, the last one being the price now. Not the chart's bars: rolled on here
 * from the last prices, and asked for anew when that is not enough. Invariant: at most SPARKLINE_CLOSES an instrument.
 */
export class SparklineCloses {
  readonly #closes: (number[] | undefined)[] = [];
  #minute = Number.NaN;

  set(instrument: number, closes: readonly number[]): void {
    this.#closes[instrument] = closes.slice(-SPARKLINE_CLOSES);
  }

  /** @param last the price now; NaN = not known */
  read(instrument: number, last: number): readonly number[] {
    const closes = this.#closes[instrument];
    if (closes === undefined) return Number.isNaN(last) ? [] : [last];
    if (closes.length > 0 && !Number.isNaN(last)) closes[closes.length - 1] = last;
    return closes;
  }

  /**
   * Moves on to the minute of `timeUs`.
   * @param last prices now, by instrument
   * @returns false when too much time passed at once: the closes have to be asked for
   */
  roll(timeUs: number, last: Float64Array): boolean {
    const minute = Math.floor(timeUs / MINUTE_US);
    const passed = minute - this.#minute;
    this.#minute = minute;
    if (Number.isNaN(passed) || passed === 0) return true;
    if (passed < 0 || passed > ROLL_MINUTES_MAX) return false;
    for (let instrument = 0; instrument < last.length; instrument += 1) {
      const price = last[instrument]!;
      if (Number.isNaN(price)) continue;
      const closes = (this.#closes[instrument] ??= []);
      if (closes.length > 0) closes[closes.length - 1] = price;
      else closes.push(price);
      for (let step = 0; step < passed; step += 1) closes.push(price);
      if (closes.length > SPARKLINE_CLOSES) closes.splice(0, closes.length - SPARKLINE_CLOSES);
    }
    return true;
  }

  clear(): void {
    this.#closes.length = 0;
    this.#minute = Number.NaN;
  }
}
