/** Whether all clients watch the same instruments, or each its own. */
export type ListKind = 'shared' | 'distinct';

export interface WatchListOptions {
  readonly kind: ListKind;
  readonly symbols: readonly string[];
  readonly perClient: number;
  readonly clients: number;
}

/**
 * The watch-lists of clients, the same in every process and every run; one stands for all clients when it is shared. Instruments
 * are drawn evenly: with those of a market whose activity falls by Zipf's law, 70 % of a list then change within a tenth of a
 * second. Drawn by activity it would be 85 %, and a delivered update would look cheaper.
 */
export function watchLists({ kind, symbols, perClient, clients }: WatchListOptions): string[][] {
  const random = new Lcg(1);
  const places = symbols.map((_, index) => index);
  const count = Math.min(perClient, symbols.length);
  return Array.from({ length: kind === 'shared' ? 1 : clients }, () => {
    for (let at = 0; at < count; at += 1) {
      const other = at + random.below(places.length - at);
      [places[at], places[other]] = [places[other]!, places[at]!];
    }
    return places.slice(0, count).map((place) => symbols[place]!);
  });
}

/** Numerical Recipes' linear congruential generator: good enough to mix lists. */
class Lcg {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }
}
