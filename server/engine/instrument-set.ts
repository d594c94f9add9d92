const NONE = new Uint8Array(0);

/** A set of instrument ids, a bit each: thousands of viewers hold several. */
export class InstrumentSet {
  #bits: Uint8Array = NONE;

  has(id: number): boolean {
    return ((this.#bits[id >> 3] ?? 0) & (1 << (id & 7))) !== 0;
  }

  add(id: number): void {
    const at = id >> 3;
    if (at >= this.#bits.length) {
      const longer = new Uint8Array(at + 8);
      longer.set(this.#bits);
      this.#bits = longer;
    }
    this.#bits[at]! |= 1 << (id & 7);
  }

  delete(id: number): void {
    const at = id >> 3;
    if (at < this.#bits.length) this.#bits[at]! &= ~(1 << (id & 7));
  }

  /** Ids in rising order. */
  ids(): number[] {
    const ids: number[] = [];
    for (let at = 0; at < this.#bits.length; at += 1) {
      if (this.#bits[at] === 0) continue;
      for (let id = at << 3; id < (at << 3) + 8; id += 1) if (this.has(id)) ids.push(id);
    }
    return ids;
  }
}
