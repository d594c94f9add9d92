/** What is unsent of one instrument. */
export interface Debt {
  /** See `LaneEncoder`: what of the instrument is unsent. */
  readonly mark: number;
  /** The oldest version of which something is unsent. */
  readonly since: number;
}

/**
 * What one viewer has not been sent although its tick came: marks instead of frames, so that its memory is bounded by one mark an
 * instrument however long it cannot take anything. Kept in the order in which the instruments fell behind; those that waited
 * longest are served first.
 */
export class Owed {
  readonly #debts = new Map<number, Debt>();
  /** See `floor`; NaN = to be worked out. */
  #floor = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#debts.size;
  }

  /** Adds to what is owed. True when something was owed of this instrument already. */
  add(id: number, mark: number, since: number, merge: (a: number, b: number) => number): boolean {
    const before = this.#debts.get(id);
    if (since - 1 < this.#floor) this.#floor = since - 1;
    this.#debts.set(
      id,
      before === undefined
        ? { mark, since }
        : { mark: merge(before.mark, mark), since: Math.min(before.since, since) },
    );
    return before !== undefined;
  }

  settle(id: number): void {
    if (this.#debts.get(id)!.since - 1 === this.#floor) this.#floor = Number.NaN;
    this.#debts.delete(id);
  }

  /** Leaves only what did not fit. */
  leave(id: number, mark: number): void {
    this.#debts.set(id, { mark, since: this.#debts.get(id)!.since });
  }

  entries(): IterableIterator<[number, Debt]> {
    return this.#debts.entries();
  }

  /** The newest version of which nothing older is owed; infinite when nothing is owed. */
  floor(): number {
    if (!Number.isNaN(this.#floor)) return this.#floor;
    this.#floor = Number.POSITIVE_INFINITY;
    for (const { since } of this.#debts.values()) if (since - 1 < this.#floor) this.#floor = since - 1;
    return this.#floor;
  }

  /** Everything is owed from the very beginning: another epoch began, in which older versions mean nothing. */
  restart(): void {
    for (const [id, { mark }] of this.#debts) this.#debts.set(id, { mark, since: 0 });
    this.#floor = Number.NaN;
  }
}
