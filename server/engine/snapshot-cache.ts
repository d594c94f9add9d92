import {
  ALL_BITS,
  VALUES_OF_BITS,
  WHOLE_QUOTE_HEAD_BYTES_MAX,
  WHOLE_QUOTE_TAIL_BYTES_MAX,
  writeTradeAge,
  writeWholeQuoteHead,
  writeWholeQuoteTail,
  NUMBER_BYTES_MAX,
} from '#protocol';
import type { Engine } from './engine.ts';
import type { FrameBuffer } from './frame-buffer.ts';

const SLOT_BYTES = WHOLE_QUOTE_HEAD_BYTES_MAX + WHOLE_QUOTE_TAIL_BYTES_MAX;
const CAPACITY_MIN = 64;
const ENTRY_NUMBERS = 2 + VALUES_OF_BITS[ALL_BITS]!;

/**
 * Whole quote entries as bytes, one an instrument: however many viewers join, an instrument is encoded once for each state that it
 * is in. Only the age of its last trade, which is counted from the frame's time, is written for each frame.
 *
 * Invariant: an entry is encoded after the last change of its instrument and of its references.
 */
export class SnapshotCache {
  readonly #engine: Engine;
  #bytes = new Uint8Array(0);
  #headEnds = new Uint8Array(0);
  /** Where an entry's last byte is; 0 = not encoded since the last change. */
  #ends = new Uint8Array(0);
  encodes = 0;
  hits = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The instrument changed. */
  drop(id: number): void {
    this.#ends[id] = 0;
  }

  /** Everything changed. */
  clear(): void {
    this.#ends.fill(0);
  }

  /** Writes the instrument's whole entry; returns how many numbers that is. */
  write(out: FrameBuffer, id: number, timeUs: number): number {
    if (id >= this.#ends.length) this.#grow(id + 1);
    if (this.#ends[id] === 0) this.#encode(id);
    else this.hits += 1;
    const start = id * SLOT_BYTES;
    const headEnd = start + this.#headEnds[id]!;
    const end = start + this.#ends[id]!;
    out.ensure(SLOT_BYTES + NUMBER_BYTES_MAX);
    const { bytes } = out;
    let { at } = out;
    for (let from = start; from < headEnd; from += 1) bytes[at++] = this.#bytes[from]!;
    at = writeTradeAge(bytes, at, timeUs - this.#engine.state.columns.tradeTimeUs[id]!);
    for (let from = headEnd; from < end; from += 1) bytes[at++] = this.#bytes[from]!;
    out.at = at;
    return ENTRY_NUMBERS;
  }

  #encode(id: number): void {
    const { state, dictionary } = this.#engine;
    const start = id * SLOT_BYTES;
    const headEnd = writeWholeQuoteHead(this.#bytes, start, id, state.columns, dictionary.reference);
    const end = writeWholeQuoteTail(this.#bytes, headEnd, id, state.columns, dictionary.reference);
    this.#headEnds[id] = headEnd - start;
    this.#ends[id] = end - start;
    this.encodes += 1;
  }

  #grow(size: number): void {
    const capacity = Math.max(CAPACITY_MIN, size, this.#ends.length * 2);
    const longer = (column: Uint8Array, length: number): Uint8Array<ArrayBuffer> => {
      const grown = new Uint8Array(length);
      grown.set(column);
      return grown;
    };
    this.#bytes = longer(this.#bytes, capacity * SLOT_BYTES);
    this.#headEnds = longer(this.#headEnds, capacity);
    this.#ends = longer(this.#ends, capacity);
  }
}
