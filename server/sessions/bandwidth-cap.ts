/** The cap holds over any span of this length. */
const WINDOW_US = 2_000_000;
const SLOT_US = 50_000;
/** A slot more than the window has: the oldest counts whole until all of it is out. */
const SLOTS = WINDOW_US / SLOT_US + 1;
/** Kept free of data in every two seconds for control messages, which are not held back: two of status, and a few answers. */
const CONTROL_BYTES = 300;

/**
 * How much a connection may be sent now, so that in no two seconds it is more than the cap allows. What was sent is kept in slots of
 * 50 ms and counts until it is two seconds old.
 */
export class BandwidthCap {
  bitsPerSecond = 0;
  /** Bytes of two seconds. */
  windowBytes = 0;
  /** Kept free of data for an answer that waits. */
  reservedBytes = 0;
  readonly #slots = new Float64Array(SLOTS);
  #slot = 0;
  #spent = 0;

  constructor(bitsPerSecond: number, nowUs: number) {
    this.change(bitsPerSecond);
    this.#slot = Math.floor(nowUs / SLOT_US);
  }

  /** Another cap from now on. What was sent lately still counts. */
  change(bitsPerSecond: number): void {
    this.bitsPerSecond = bitsPerSecond;
    this.windowBytes = ((bitsPerSecond / 8) * WINDOW_US) / 1_000_000;
  }

  /** Something was sent, within the cap or not: control messages are not held back. */
  spend(bytes: number, nowUs: number): void {
    this.#moveOn(nowUs);
    this.#slots[this.#slot % SLOTS]! += bytes;
    this.#spent += bytes;
  }

  /** Bytes of data that may be sent now, all at once. */
  room(nowUs: number): number {
    return Math.max(0, this.roomUnreserved(nowUs) - this.reservedBytes);
  }

  /** The same for what was reserved. */
  roomUnreserved(nowUs: number): number {
    this.#moveOn(nowUs);
    return Math.max(0, Math.floor(this.windowBytes - CONTROL_BYTES - this.#spent));
  }

  /**
   * Bytes that a frame may take so that the flow is even: its share of two seconds, or half of what is left when little was sent lately.
   */
  frameRoom(nowUs: number, rateHz: number): number {
    const room = this.room(nowUs);
    const frames = Math.floor((WINDOW_US / 1_000_000) * rateHz) + 1;
    return Math.min(room, Math.max(Math.floor(this.windowBytes / frames), room >> 1));
  }

  #moveOn(nowUs: number): void {
    const slot = Math.floor(nowUs / SLOT_US);
    const steps = Math.min(SLOTS, slot - this.#slot);
    for (let step = 1; step <= steps; step += 1) {
      const at = (this.#slot + step) % SLOTS;
      this.#spent -= this.#slots[at]!;
      this.#slots[at] = 0;
    }
    if (slot > this.#slot) this.#slot = slot;
    if (steps === SLOTS) this.#spent = 0;
  }
}
