/**
 * Runs a write at once when the last one is long enough ago, and otherwise once the time has come, so that the newest value is always
 * written in the end. Holds no values: the write looks them up.
 */
export class PacedWrite {
  readonly #intervalMs: number;
  readonly #write: () => void;
  #writtenAtMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(intervalMs: number, write: () => void) {
    this.#intervalMs = intervalMs;
    this.#write = write;
  }

  request(nowMs: number): void {
    const waitMs = this.#writtenAtMs + this.#intervalMs - nowMs;
    if (waitMs <= 0) {
      this.writeNow(nowMs);
      return;
    }
    this.#timer ??= setTimeout(() => this.writeNow(nowMs + waitMs), waitMs);
  }

  /** What comes next is another thing, not the same one again: its write does not wait. */
  hurry(): void {
    this.stop();
    this.#writtenAtMs = Number.NEGATIVE_INFINITY;
  }

  writeNow(nowMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writtenAtMs = nowMs;
    this.#write();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
