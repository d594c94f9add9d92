/** Counts what was refused, dropped or conflated, by reason. Nothing is lost without a name here. */
export class Counters {
  readonly #counts = new Map<string, number>();

  add(reason: string, count = 1): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
  }

  get(reason: string): number {
    return this.#counts.get(reason) ?? 0;
  }

  toRecord(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
