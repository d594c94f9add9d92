import { powerOfTen } from '#protocol';

/** Decimals that a price or size may have; the bound of `parseDecimal`. */
export const DECIMALS_MAX = 18;

const POWERS_OF_FIVE = Array.from({ length: DECIMALS_MAX + 1 }, (_, exponent) => 5 ** exponent);

/**
 * Which decimals one instrument's prices (or sizes) have shown, and whether all of them can be written exactly in the
 * finest of these steps. Invariant: every number that was admitted becomes an exact whole number of steps.
 *
 * m x 10^k = (m x 5^k) x 2^k, so a float64 holds it exactly while m x 5^k stays below 2^53.
 */
export class DecimalRange {
  /** Most significant decimals seen. */
  decimals = 0;
  readonly #largest = new Float64Array(DECIMALS_MAX + 1);

  /** False when the number cannot be kept exactly beside those admitted before; it then leaves no trace. */
  admit(mantissa: number, decimals: number): boolean {
    const size = mantissa < 0 ? -mantissa : mantissa;
    if (decimals <= this.decimals && size <= this.#largest[decimals]!) return true;
    return this.#widen(size, decimals);
  }

  #widen(size: number, decimals: number): boolean {
    const finest = Math.max(this.decimals, decimals);
    for (let place = 0; place <= finest; place += 1) {
      const largest = place === decimals ? Math.max(size, this.#largest[place]!) : this.#largest[place]!;
      if (largest * POWERS_OF_FIVE[finest - place]! > Number.MAX_SAFE_INTEGER) return false;
    }
    this.decimals = finest;
    this.#largest[decimals] = Math.max(size, this.#largest[decimals]!);
    return true;
  }

  /** The number in steps of 10^-decimals of this range. */
  steps(mantissa: number, decimals: number): number {
    return decimals === this.decimals ? mantissa : mantissa * powerOfTen(this.decimals - decimals);
  }
}
