import { rmSync } from 'node:fs';
import { BLOCK_DICTIONARY, BLOCK_EVENTS, BLOCK_FOOTER, BLOCK_INDEX } from './block-head.ts';
import { ByteColumn } from './byte-column.ts';
import { EventPlayer } from './decoded-events.ts';
import { decodeDictionary } from './dictionary-content.ts';
import { decodeEvents } from './event-decoder.ts';
import { EventEncoder } from './event-encoder.ts';
import { encodeHeader } from './file-header.ts';
import { IndexBuilder } from './index-builder.ts';
import type { PlacedBlock } from './index-content.ts';
import { TapeBlocks, type BlockPlace } from './tape-blocks.ts';
import { TapeBytes } from './tape-bytes.ts';
import { contentOf, mapTape, type TapeMap } from './tape-scan.ts';
import { FileStorage } from './tape-storage.ts';
import { BLOCK_EVENTS_MAX, BLOCK_RAW_BYTES_MAX } from './tape-writer.ts';

/** Blocks of fewer events than this, on the average, are worth being put together: with more, a tenth is saved and less. */
const EVENTS_A_BLOCK_MAX = 512;

/** Where a tape is written again, beside itself. */
export const packingPath = (path: string): string => `${path}.packing`;

/**
 * Writes a finished tape again with full blocks of events: one that was recorded in a quiet market has a block each eighth of a second,
 * and each begins from nothing. What it holds is the same, event by event, state by state and note by note. A step a block, for whoever
 * has other things to do meanwhile. Returns the bytes of the new tape; null when there is nothing to gain, or the tape is not whole.
 * @param waits whether the last step returns only when the disk has it all
 * @throws TapeError where the new tape cannot be written; MalformedError where a block turns out to be damaged
 */
export function* packTape(from: string, to: string, waits = false): Generator<void, number | null> {
  const bytes = new TapeBytes(from);
  try {
    const map = mapTape(bytes);
    if (map.header === null || !isWorthIt(map)) return null;
    // Of one who did not come to the end.
    rmSync(to, { force: true });
    const storage = new FileStorage(to);
    try {
      storage.append(encodeHeader({ ...map.header, flushIntervalMs: 0 }));
      const packing = new Packing(bytes, new IndexBuilder(), storage);
      for (const block of map.blocks) {
        packing.take(block);
        yield;
      }
      packing.end();
      if (storage.size >= bytes.size) return null;
      if (waits) storage.syncNow();
      return storage.size;
    } finally {
      storage.close();
    }
  } finally {
    bytes.close();
  }
}

function isWorthIt({ blocks, damage, isClosed }: TapeMap): boolean {
  const counts = blocks.filter(({ head }) => head.kind === BLOCK_EVENTS).map(({ head }) => head.events);
  const events = counts.reduce((sum, count) => sum + count, 0);
  return isClosed && damage.length === 0 && counts.length > 1 && events < EVENTS_A_BLOCK_MAX * counts.length;
}

/** One tape on its way into another. Invariant: a block that waits is of one state of the dictionary, and is written before any other. */
class Packing {
  readonly #bytes: TapeBytes;
  readonly #index: IndexBuilder;
  readonly #blocks: TapeBlocks;
  readonly #encoder = new EventEncoder();
  readonly #player = new EventPlayer();
  readonly #content = new ByteColumn();
  /** Of what waits in the encoder; null when nothing does. */
  #waiting: BlockPlace | null = null;
  #waitingRawBytes = 0;
  /** The dictionary that was written last, and how many instruments it has. */
  #dictionary: Uint8Array | null = null;
  #revision = 0;
  #instruments = 0;
  /** Behind the block that was taken last. */
  #end: BlockPlace = { firstEvent: 0, events: 0, revision: 0, fromTimeUs: 0, toTimeUs: 0 };

  constructor(bytes: TapeBytes, index: IndexBuilder, storage: FileStorage) {
    this.#bytes = bytes;
    this.#index = index;
    this.#blocks = new TapeBlocks(storage, index);
  }

  take(block: PlacedBlock): void {
    const { kind, firstEvent, events, revision, fromTimeUs, toTimeUs } = block.head;
    if (kind === BLOCK_INDEX || kind === BLOCK_FOOTER) return;
    // A copy.
    if (kind === BLOCK_DICTIONARY && revision === this.#revision) return;
    const content = contentOf(this.#bytes, block);
    if (kind === BLOCK_EVENTS) this.#takeEvents(block, content);
    else {
      this.#seal();
      if (kind === BLOCK_DICTIONARY) this.#takeDictionary(content, revision);
      this.#blocks.write(kind, content, { firstEvent, events, revision, fromTimeUs, toTimeUs });
    }
    this.#end = { firstEvent: firstEvent + events, events: 0, revision, fromTimeUs: toTimeUs, toTimeUs };
  }

  end(): void {
    this.#seal();
    this.#writeIndex();
    this.#blocks.writeFooter(this.#end);
  }

  #takeDictionary(content: Uint8Array, revision: number): void {
    this.#dictionary = content;
    this.#revision = revision;
    this.#instruments = decodeDictionary(content).instruments.length;
  }

  #takeEvents({ head }: PlacedBlock, content: Uint8Array): void {
    const { events, revision, fromTimeUs, toTimeUs, rawBytes } = head;
    const isFull =
      (this.#waiting?.events ?? 0) + events > BLOCK_EVENTS_MAX ||
      this.#waitingRawBytes + rawBytes > BLOCK_RAW_BYTES_MAX;
    if (isFull || revision !== this.#waiting?.revision) this.#seal();
    const decoded = decodeEvents(content, { events, instruments: this.#instruments, fromTimeUs, toTimeUs });
    let at = 0;
    this.#player.play(decoded, 0, events, (event) => {
      this.#encoder.take(event);
      this.#index.addEvent(event.instrument, decoded.timeUs[at]!);
      at += 1;
    });
    const before = this.#waiting ?? { firstEvent: head.firstEvent, events: 0, revision, fromTimeUs };
    this.#waiting = { ...before, events: before.events + events, toTimeUs };
    this.#waitingRawBytes += rawBytes;
  }

  #seal(): void {
    if (this.#waiting === null) return;
    this.#encoder.seal(this.#content);
    this.#blocks.write(BLOCK_EVENTS, this.#content.bytes, this.#waiting);
    this.#content.clear();
    this.#waiting = null;
    this.#waitingRawBytes = 0;
    if (this.#blocks.isIndexDue) this.#writeIndex();
  }

  /** With a copy of the dictionary, so that the loss of one costs nothing. */
  #writeIndex(): void {
    if (this.#dictionary !== null) this.#blocks.write(BLOCK_DICTIONARY, this.#dictionary, this.#end);
    this.#blocks.writeIndex(this.#end);
  }
}
