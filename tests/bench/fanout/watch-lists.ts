/** Whether all clients watch the same instruments, or each its own. */
export type ListKind = 'shared' | 'distinct';

export interface WatchListOptions {
  readonly kind: ListKind;
  readonly symbols: readonly string[];
  readonly perClient: number;
  readonly clients: number;
}

/** How much likelier a list holds an active instrument: weights fall by the root of what activity falls by. */
const RANK_EXPONENT = 0.5;

/**
 * The watch-lists of clients, the same in every process and every run; one stands for all clients when it is shared. The symbols
 * come in the order of their activity, which falls by Zipf's law, and active ones are drawn more often: of a list of 50, about 35
 * then change within a tenth of a second.
 */
export function watchLists({ kind, symbols, perClient, clients }: WatchListOptions): string[][] {
  const random = new Lcg(1);
  const weights = symbols.map((_, rank) => (rank + 1) ** -RANK_EXPONENT);
  const count = Math.min(perClient, symbols.length);
  return Array.from({ length: kind === 'shared' ? 1 : clients }, () => {
    // Drawing by weight without putting back: the least of exponential times (Efraimidis and Spirakis, 2006).
    const times = weights.map((weight) => -Math.log(random.unit()) / weight);
    const limit = times.toSorted((a, b) => a - b)[count - 1]!;
    return symbols.filter((_, rank) => times[rank]! <= limit);
  });
}

/** Numerical Recipes' linear congruential generator: good enough to mix lists. */
class Lcg {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** Above 0 and at most 1. */
  unit(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return (this.#state + 1) / 2 ** 32;
  }
}
