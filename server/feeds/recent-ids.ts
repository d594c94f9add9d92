/**
 * The ids of the last trades, to leave out those that are sent twice. Two sets that take turns: forgetting one by one would cost a
 * search each. Invariant: of the last `windowMax` ids none is forgotten, and at most twice as many are held.
 */
export class RecentIds {
  readonly #windowMax: number;
  #young = new Set<string>();
  #old = new Set<string>();

  constructor(windowMax: number) {
    this.#windowMax = windowMax;
  }

  has(id: string): boolean {
    return this.#young.has(id) || this.#old.has(id);
  }

  add(id: string): void {
    this.#young.add(id);
    if (this.#young.size < this.#windowMax) return;
    this.#old = this.#young;
    this.#young = new Set();
  }
}
