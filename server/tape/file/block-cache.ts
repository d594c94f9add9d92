import { decodedBytes, type DecodedEvents } from './decoded-events.ts';

/** Blocks that were read last, by number. Invariant: holds no more than its bytes, or one block. */
export class BlockCache {
  readonly #bytesMax: number;
  readonly #blocks = new Map<number, DecodedEvents>();
  #bytes = 0;
  /** The one asked for last: events are looked at one by one, and most lie in the same block as the one before. */
  #newest: { readonly number: number; readonly block: DecodedEvents } | null = null;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get(number: number): DecodedEvents | undefined {
    if (this.#newest?.number === number) return this.#newest.block;
    const block = this.#blocks.get(number);
    if (block === undefined) return undefined;
    this.#newest = { number, block };
    // A map keeps the order of insertion: the first is the one not asked for longest.
    this.#blocks.delete(number);
    this.#blocks.set(number, block);
    return block;
  }

  put(number: number, block: DecodedEvents): void {
    this.#newest = { number, block };
    this.#blocks.set(number, block);
    this.#bytes += decodedBytes(block);
    for (const [oldest, held] of this.#blocks) {
      if (this.#bytes <= this.#bytesMax || oldest === number) break;
      this.#blocks.delete(oldest);
      this.#bytes -= decodedBytes(held);
    }
  }

  clear(): void {
    this.#newest = null;
    this.#blocks.clear();
    this.#bytes = 0;
  }
}
