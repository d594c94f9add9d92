import type { FeedStatus } from '#protocol';

/** Seconds of each feed's rate that are kept. */
export const HISTORY_SECONDS = 120;

/**
 * The rate of each feed over the last two minutes, one number a second as the server told it. No runes: panels read it when they
 * draw. Invariant: a feed that is no longer told of is forgotten.
 */
export class FeedHistory {
  readonly #rates = new Map<string, number[]>();
  #newest: readonly FeedStatus[] | null = null;

  /** Takes one report; the same report twice counts once. */
  add(feeds: readonly FeedStatus[]): void {
    if (feeds === this.#newest) return;
    this.#newest = feeds;
    const names = new Set(feeds.map(({ name }) => name));
    for (const name of this.#rates.keys()) if (!names.has(name)) this.#rates.delete(name);
    for (const { name, eventsPerSecond } of feeds) {
      const rates = this.#rates.get(name) ?? [];
      rates.push(eventsPerSecond);
      if (rates.length > HISTORY_SECONDS) rates.shift();
      this.#rates.set(name, rates);
    }
  }

  /** Events a second, oldest first. */
  of(name: string): readonly number[] {
    return this.#rates.get(name) ?? [];
  }
}

/** Outline of a filled graph of rates, as an SVG path: the newest at the right edge, zero at the bottom. Empty without two rates. */
export function ratePath(rates: readonly number[], width: number, height: number): string {
  if (rates.length < 2) return '';
  const most = Math.max(1, ...rates);
  const step = width / (HISTORY_SECONDS - 1);
  const left = width - (rates.length - 1) * step;
  const points = rates.map((rate, at) => {
    const x = (left + at * step).toFixed(1);
    return `${x} ${(height - 1 - (rate / most) * (height - 2)).toFixed(1)}`;
  });
  return `M${left.toFixed(1)} ${height}L${points.join('L')}L${width} ${height}Z`;
}
