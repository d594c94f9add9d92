import { EventEmitter } from 'node:events';

/**
 * A TCP socket whose network takes what it was given a few bytes at a time, and only then reads them: like a kernel whose buffers
 * are full. Whoever changes bytes before they were taken is found out by what arrives.
 */
export class DrippingTcp extends EventEmitter {
  readonly remoteAddress = '127.0.0.1';
  readonly #waiting: Uint8Array[] = [];
  #taken = 0;
  #unsent = 0;
  /** Bytes that the network takes at once, without waiting. */
  window: number;
  readonly #onBytes: (bytes: Uint8Array) => void;

  constructor(window: number, onBytes: (bytes: Uint8Array) => void) {
    super();
    this.window = window;
    this.#onBytes = onBytes;
  }

  get writableLength(): number {
    return this.#unsent;
  }

  write(bytes: Uint8Array): boolean {
    this.#waiting.push(bytes);
    this.#unsent += bytes.length;
    if (this.window > 0) this.drain(this.window);
    return this.#unsent === 0;
  }

  /** The network takes so many bytes. */
  drain(count: number): void {
    let left = Math.min(count, this.#unsent);
    while (left > 0) {
      const first = this.#waiting[0]!;
      const size = Math.min(left, first.length - this.#taken);
      this.#onBytes(new Uint8Array(first.subarray(this.#taken, this.#taken + size)));
      this.#taken += size;
      this.#unsent -= size;
      left -= size;
      if (this.#taken < first.length) continue;
      this.#waiting.shift();
      this.#taken = 0;
    }
  }
}
