/** Bins of the quantile table; a power of two, so that the top bits of a draw pick the bin. */
const QUANTILE_BITS = 12;
const QUANTILE_BINS = 1 << QUANTILE_BITS;
const FRACTION_BITS = 32 - QUANTILE_BITS;
const FRACTION_MASK = (1 << FRACTION_BITS) - 1;
const FRACTION_SCALE = 1 / (1 << FRACTION_BITS);
const UINT32_SCALE = 1 / 0x1_0000_0000;

/** Bin edges of the standard normal. The outermost edges stand in for infinity: tails end near 3.9 deviations. */
const NORMAL_EDGES = Float64Array.from({ length: QUANTILE_BINS + 1 }, (_, edge) =>
  normalQuantile(Math.min(Math.max(edge, 0.2), QUANTILE_BINS - 0.2) / QUANTILE_BINS),
);

/**
 * Inverse of the standard normal distribution, relative error below 1.2e-9.
 * Source: P. J. Acklam, "An algorithm for computing the inverse normal cumulative distribution function" (2003).
 */
export function normalQuantile(probability: number): number {
  if (probability < 0.02425) return normalTail(Math.sqrt(-2 * Math.log(probability)));
  if (probability > 1 - 0.02425) return -normalTail(Math.sqrt(-2 * Math.log(1 - probability)));
  const q = probability - 0.5;
  const r = q * q;
  const top =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
    2.506628277459239;
  const bottom =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1;
  return (q * top) / bottom;
}

function normalTail(q: number): number {
  const top =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) *
      q +
      4.374664141464968) *
      q +
    2.938163982698783;
  const bottom =
    (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q +
    1;
  return top / bottom;
}

/** A standard normal deviate from 32 random bits: one look-up and one interpolation, about 3 ns. */
export function normalOf(bits: number): number {
  const bin = bits >>> FRACTION_BITS;
  const low = NORMAL_EDGES[bin]!;
  return low + (NORMAL_EDGES[bin + 1]! - low) * ((bits & FRACTION_MASK) * FRACTION_SCALE);
}

/** A number in (0, 1) from 32 random bits. */
export function unitOf(bits: number): number {
  return ((bits >>> 0) + 0.5) * UINT32_SCALE;
}

/**
 * Well-mixed 32 bits of three integers: the same place always gets the same noise, whoever asks first.
 * The mixing steps are those of MurmurHash3.
 */
export function hash32(a: number, b: number, c: number): number {
  let h = Math.imul(a, 0xcc9e2d51) ^ 0x9e3779b9;
  h = Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
  h ^= Math.imul(b, 0x1b873593);
  h = Math.imul((h << 15) | (h >>> 17), 5) + 0x52dce729;
  h ^= Math.imul(c, 0x85ebca6b);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * The sfc32 generator (Chris Doty-Humphrey, PractRand): 128 bits of state, 32 bits a draw. Not for secrets.
 * Invariant: the sequence depends on seed and stream alone.
 */
export class Sfc32 {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** Both count by their lower 32 bits. `stream` keeps generators of one seed apart: a draw more in one moves no other. */
  constructor(seed: number, stream: number) {
    this.#a = hash32(seed, stream, 0) | 0;
    this.#b = hash32(seed, stream, 1) | 0;
    this.#c = hash32(seed, stream, 2) | 0;
    for (let round = 0; round < 12; round += 1) this.next();
  }

  /** 32 random bits as an unsigned integer. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in (0, 1), ends excluded. */
  unit(): number {
    return (this.next() + 0.5) * UINT32_SCALE;
  }

  normal(): number {
    return normalOf(this.next());
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -Math.log(this.unit());
  }
}
