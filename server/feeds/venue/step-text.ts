import { parseDecimal, powerOfTen, rescale, type Increment } from '#protocol';

/** Characters of the longest text whose digits fit 53 bits for sure: 15 digits and a point. */
const PLAIN_TEXT_MAX = 16;
const DECIMALS_MAX = 18;

/**
 * Reads decimal text as whole steps of an increment, and makes the increment finer when a text needs that. Not a formatter.
 * Invariant: every number that it returned since the last change is exact in `increment`.
 */
export class StepText {
  /** How many times larger than the largest number seen a number must stay exact after a change: room for sums. */
  readonly #headroom: number;
  /** Called after the increment became finer: one step before is now `ratio` steps. */
  readonly #onFiner: (ratio: number) => void;
  #increment: Increment;
  #largest = 1;

  constructor(increment: Increment, headroom: number, onFiner: (ratio: number) => void) {
    this.#increment = increment;
    this.#headroom = headroom;
    this.#onFiner = onFiner;
  }

  get increment(): Increment {
    return this.#increment;
  }

  /** Steps; NaN when the text is no decimal, or cannot be exact beside what was seen before. */
  read(text: string): number {
    // Adapters are handed what a venue sends: a number where text is documented must not be read as 0.
    if (typeof text !== 'string' || text.length > PLAIN_TEXT_MAX) return this.#readAny(text);
    let mantissa = 0;
    let decimals = -1;
    for (let at = 0; at < text.length; at += 1) {
      const digit = text.charCodeAt(at) - 48;
      if (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit;
        if (decimals >= 0) decimals += 1;
      } else if (digit === -2 && decimals < 0) decimals = 0;
      else return this.#readAny(text);
    }
    if (mantissa === 0) return text.length > (decimals < 0 ? 0 : 1) ? 0 : Number.NaN;
    const { units, decimals: stepDecimals } = this.#increment;
    const shift = stepDecimals - (decimals < 0 ? 0 : decimals);
    const scaled = shift >= 0 ? mantissa * powerOfTen(shift) : mantissa / powerOfTen(-shift);
    const steps = units === 1 ? scaled : scaled / units;
    // Below 10^15 no rounding makes a quotient whole that is not: what is left over is at least 10^-15 of it, 5 times the rounding.
    if (!Number.isInteger(steps) || scaled > Number.MAX_SAFE_INTEGER) return this.#readAny(text);
    if (steps > this.#largest) this.#largest = steps;
    return steps;
  }

  #readAny(text: string): number {
    const value = typeof text === 'string' ? parseDecimal(text) : null;
    if (value === null) return Number.NaN;
    if (value.mantissa === 0) return 0;
    let scaled = rescale(value.mantissa, value.decimals, this.#increment.decimals);
    if (Number.isNaN(scaled) || scaled % this.#increment.units !== 0) {
      if (!this.#refine(value.mantissa, value.decimals)) return Number.NaN;
      scaled = rescale(value.mantissa, value.decimals, this.#increment.decimals);
    }
    const steps = scaled / this.#increment.units;
    this.#largest = Math.max(this.#largest, Math.abs(steps));
    return steps;
  }

  /** Takes a power of ten as the step, so that one change serves all texts of as many digits. */
  #refine(mantissa: number, mantissaDecimals: number): boolean {
    const { units, decimals } = this.#increment;
    const finer = Math.max(decimals, mantissaDecimals);
    if (finer > DECIMALS_MAX || (finer === decimals && units === 1)) return false;
    const ratio = units * powerOfTen(finer - decimals);
    const largest = Math.max(
      this.#largest * ratio,
      Math.abs(mantissa) * powerOfTen(finer - mantissaDecimals),
    );
    // One absurdly fine number must not make all others inexact.
    if (!Number.isSafeInteger(largest * this.#headroom)) return false;
    this.#increment = { units: 1, decimals: finer };
    this.#largest *= ratio;
    this.#onFiner(ratio);
    return true;
  }
}
