/** Seconds whose medians are kept. */
const WINDOW = 60;

/**
 * By how much a venue's clock and ours differ, way included: the median over a minute of each second's median of arrival minus venue
 * time. Shown, never applied: times stay as they came.
 */
export class ClockSkew {
  readonly #medians: number[] = [];

  /** @param medianMs of one second in which something came */
  add(medianMs: number): void {
    if (this.#medians.length === WINDOW) this.#medians.shift();
    this.#medians.push(medianMs);
  }

  /** ms; negative when ours is behind. Null before anything came. */
  get ms(): number | null {
    if (this.#medians.length === 0) return null;
    const sorted = this.#medians.toSorted((a, b) => a - b);
    return sorted[sorted.length >> 1]!;
  }
}
