/** The recent part is counted in at most so many slots. */
const RECENT_SLOTS_MAX = 10;

/** Volume over the last seconds, and over those before them, in slots of whole seconds. Driven by the caller's clock. */
export class VolumeWindow {
  readonly #slotUs: number;
  readonly #recentSlots: number;
  readonly #slots: Float64Array;
  #newest = -1;
  #beganUs: number;
  /** Sums of the recent slots, and of those before. Whole numbers of lots: exact. */
  recent = 0;
  base = 0;

  /** @param baseS of the part before the recent one */
  constructor(recentS: number, baseS: number, nowUs: number) {
    const slotS = Math.max(1, Math.ceil(recentS / RECENT_SLOTS_MAX));
    this.#slotUs = slotS * 1e6;
    this.#recentSlots = Math.ceil(recentS / slotS);
    this.#slots = new Float64Array(this.#recentSlots + Math.ceil(baseS / slotS));
    this.#beganUs = nowUs;
  }

  /** Spans that the sums are of, s. */
  get recentS(): number {
    return (this.#recentSlots * this.#slotUs) / 1e6;
  }

  get baseS(): number {
    return ((this.#slots.length - this.#recentSlots) * this.#slotUs) / 1e6;
  }

  /** Whether it has watched long enough to know the whole base. */
  isFull(nowUs: number): boolean {
    return nowUs - this.#beganUs >= (this.recentS + this.baseS) * 1e6;
  }

  add(lots: number, nowUs: number): void {
    this.advance(nowUs);
    this.#slots[this.#newest % this.#slots.length]! += lots;
    this.recent += lots;
  }

  advance(nowUs: number): void {
    const slot = Math.floor(nowUs / this.#slotUs);
    const count = this.#slots.length;
    if (slot - this.#newest >= count || this.#newest < 0) {
      this.#slots.fill(0);
      this.recent = 0;
      this.base = 0;
      this.#newest = slot;
      return;
    }
    while (this.#newest < slot) {
      this.#newest += 1;
      const aged = this.#slots[(this.#newest + count - this.#recentSlots) % count]!;
      const gone = this.#newest % count;
      this.recent -= aged;
      this.base += aged - this.#slots[gone]!;
      this.#slots[gone] = 0;
    }
  }
}
