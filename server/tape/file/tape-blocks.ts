import { packContent } from './block-content.ts';
import { BLOCK_FOOTER, BLOCK_HEAD_BYTES, BLOCK_INDEX, encodeHead } from './block-head.ts';
import type { IndexBuilder } from './index-builder.ts';
import { encodeFooter, encodeIndex, endOf } from './index-content.ts';
import type { TapeStorage } from './tape-storage.ts';

const INDEX_BLOCKS = 256;

/** What a block's head says of its place in the tape. */
export interface BlockPlace {
  /** Events of the tape before it, and in it. */
  readonly firstEvent: number;
  readonly events: number;
  readonly revision: number;
  /** Replay times of its first and last event; of the last before it where it has none, us. */
  readonly fromTimeUs: number;
  readonly toTimeUs: number;
}

/**
 * Appends whole blocks to the file of a tape, and keeps what its next index says of them. Not what decides what goes into a block.
 * Invariant: after `cut` the file ends with a whole block.
 */
export class TapeBlocks {
  readonly #storage: TapeStorage;
  readonly #index: IndexBuilder;
  #sequence: number;
  #indexOffset: number;
  /** Bytes of the file up to the end of its last whole block. */
  #wholeBytes: number;

  /** @param indexOffset of the last index block of the file; 0 = there is none */
  constructor(storage: TapeStorage, index: IndexBuilder, sequence = 0, indexOffset = 0) {
    this.#storage = storage;
    this.#index = index;
    this.#sequence = sequence;
    this.#indexOffset = indexOffset;
    this.#wholeBytes = storage.size;
  }

  /** Whether enough blocks were written for an index ([TF21]). */
  get isIndexDue(): boolean {
    return this.#index.blocks >= INDEX_BLOCKS;
  }

  /** Returns the bytes that it takes in the file. @throws TapeError */
  write(kind: number, content: Uint8Array, place: BlockPlace, packs = true): number {
    const packed = packContent(content, packs);
    const offset = this.#storage.size;
    const head = {
      kind,
      codec: packed.codec,
      sequence: this.#sequence,
      storedBytes: packed.bytes.length,
      rawBytes: packed.rawBytes,
      contentCrc: packed.crc,
      ...place,
    };
    const block = new Uint8Array(BLOCK_HEAD_BYTES + packed.bytes.length);
    block.set(encodeHead(head));
    block.set(packed.bytes, BLOCK_HEAD_BYTES);
    this.#storage.append(block);
    this.#wholeBytes = this.#storage.size;
    this.#sequence += 1;
    // An index tells of the blocks before it.
    if (kind !== BLOCK_INDEX && kind !== BLOCK_FOOTER) this.#index.addBlock({ offset, head });
    return endOf({ offset, head }) - offset;
  }

  writeIndex(place: BlockPlace): void {
    const offset = this.#storage.size;
    this.write(BLOCK_INDEX, encodeIndex(this.#index.take(this.#indexOffset)), place);
    this.#indexOffset = offset;
  }

  writeFooter(place: BlockPlace): void {
    this.write(BLOCK_FOOTER, encodeFooter(this.#indexOffset), place, false);
  }

  /** Takes a block that was not finished off the end. Where even that is refused, the next one who opens the tape cuts it. */
  cut(): void {
    try {
      if (this.#storage.size > this.#wholeBytes) this.#storage.truncate(this.#wholeBytes);
    } catch {
      // The unfinished block stays at the end.
    }
  }
}
