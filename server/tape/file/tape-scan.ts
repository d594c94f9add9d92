import { crc32 } from 'node:zlib';
import { unpackContent } from './block-content.ts';
import {
  BLOCK_FOOTER,
  BLOCK_HEAD_BYTES,
  BLOCK_INDEX,
  BLOCK_MAGIC,
  decodeHead,
  type BlockHead,
} from './block-head.ts';
import { MalformedError } from './byte-cursor.ts';
import { decodeHeader, type TapeHeader } from './file-header.ts';
import {
  decodeFooter,
  decodeIndex,
  endOf,
  FOOTER_BYTES,
  type PlacedBlock,
  type TapeIndex,
} from './index-content.ts';
import type { TapeBytes } from './tape-bytes.ts';
import { TapeError } from './tape-error.ts';

const HEADER_READ_BYTES = 65_536;
const SEARCH_BYTES = 1_048_576;

/** A stretch of the file that cannot be read. */
export interface Damage {
  offset: number;
  bytes: number;
  /** One sentence part: `a checksum is wrong`. */
  what: string;
}

/** Which blocks a file has, and what is wrong with it. */
export interface TapeMap {
  /** Null when it is damaged. */
  header: TapeHeader | null;
  /** Blocks whose heads are sound (and contents too, where they were looked at), in the order of the file. */
  blocks: PlacedBlock[];
  indexes: TapeIndex[];
  damage: Damage[];
  /** Where the next block belongs. */
  end: number;
  /** Bytes behind `end` that are no whole block. */
  unfinishedBytes: number;
  /** Head of the block that was being written there, where that much is there. */
  unfinished: BlockHead | null;
  /** Whether the tape was closed in order. */
  isClosed: boolean;
  /** Whether every content was held against its checksum. */
  isVerified: boolean;
}

/** Maps a file: by its index where it was closed in order, else block by block. @throws TapeError */
export function mapTape(bytes: TapeBytes, verify = false): TapeMap {
  const head = bytes.read(0, HEADER_READ_BYTES);
  const found = decodeHeader(bytes.path, head);
  const start = found?.end ?? 0;
  if (found !== null && !verify) {
    const indexed = mapByIndex(bytes, found.header, start);
    if (indexed !== null) return indexed;
  }
  const map: TapeMap = {
    header: found?.header ?? null,
    blocks: [],
    indexes: [],
    damage: [],
    end: start,
    unfinishedBytes: 0,
    unfinished: null,
    isClosed: false,
    isVerified: true,
  };
  extendMap(bytes, map);
  if (found === null && map.blocks.length === 0)
    throw new TapeError('not-a-tape', bytes.path, 'is no tape: neither its header nor a block can be read.');
  return map;
}

/** Goes on from where the map ends: the file may have grown. */
export function extendMap(bytes: TapeBytes, map: TapeMap): void {
  const size = bytes.size;
  map.unfinishedBytes = 0;
  map.unfinished = null;
  map.isClosed = false;
  let at = map.end;
  while (at < size) {
    const block = blockAt(bytes, at, map.blocks.at(-1)?.head.sequence ?? -1);
    if (block === null || endOf(block) > size) {
      // Never a jump over what is only not written yet: the next sound block decides.
      const next = nextBlock(bytes, at + 1, size, map.blocks.at(-1)?.head.sequence ?? -1);
      if (next === null) {
        map.unfinishedBytes = size - at;
        map.unfinished = block?.head ?? null;
        return;
      }
      map.damage.push({
        offset: at,
        bytes: next - at,
        what: at === 0 ? 'the header is damaged' : 'no block begins here',
      });
      at = next;
      continue;
    }
    const end = endOf(block);
    const stored = bytes.read(at + BLOCK_HEAD_BYTES, block.head.storedBytes);
    if (stored.length < block.head.storedBytes) return;
    if (crc32(stored) === block.head.contentCrc) {
      map.blocks.push(block);
      if (block.head.kind === BLOCK_INDEX) takeIndex(map, block, stored);
      map.isClosed = block.head.kind === BLOCK_FOOTER;
    } else {
      map.damage.push({ offset: at, bytes: end - at, what: 'a checksum is wrong' });
    }
    map.end = end;
    at = end;
  }
}

function takeIndex(map: TapeMap, { head }: PlacedBlock, stored: Uint8Array): void {
  try {
    map.indexes.push(decodeIndex(unpackContent(head, stored)));
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
  }
}

/** A sound head that comes after the blocks before it. */
function blockAt(bytes: TapeBytes, offset: number, after: number): PlacedBlock | null {
  const head = decodeHead(bytes.read(offset, BLOCK_HEAD_BYTES));
  return head === null || head.sequence <= after ? null : { offset, head };
}

/** Where the next whole block with a sound head begins. */
function nextBlock(bytes: TapeBytes, from: number, size: number, after: number): number | null {
  // Windows overlap, so that no head is cut by the edge of one.
  for (let start = from; start < size; start += SEARCH_BYTES - BLOCK_HEAD_BYTES) {
    const window = Buffer.from(bytes.read(start, SEARCH_BYTES).buffer);
    for (let at = window.indexOf(BLOCK_MAGIC); at >= 0; at = window.indexOf(BLOCK_MAGIC, at + 1)) {
      const head = decodeHead(window, at);
      if (head === null || head.sequence <= after) continue;
      const offset = start + at;
      if (endOf({ offset, head }) <= size) return offset;
    }
  }
  return null;
}

/** Null where the tape was not closed in order or its index is not whole: every block is looked at then. */
function mapByIndex(bytes: TapeBytes, header: TapeHeader, start: number): TapeMap | null {
  const size = bytes.size;
  if (size < start + BLOCK_HEAD_BYTES + FOOTER_BYTES) return null;
  const footer = blockAt(bytes, size - FOOTER_BYTES - BLOCK_HEAD_BYTES, -1);
  if (footer === null || footer.head.kind !== BLOCK_FOOTER || endOf(footer) !== size) return null;
  const indexes: TapeIndex[] = [];
  const runs: PlacedBlock[][] = [[footer]];
  try {
    let next = footer.offset;
    let offset = decodeFooter(contentOf(bytes, footer)) ?? 0;
    while (offset > 0) {
      const block = blockAt(bytes, offset, -1);
      if (block === null || block.head.kind !== BLOCK_INDEX || endOf(block) !== next) return null;
      const index = decodeIndex(contentOf(bytes, block));
      indexes.push(index);
      runs.push([...index.blocks, block]);
      const before = index.blocks.at(-1);
      if (before !== undefined && endOf(before) !== block.offset) return null;
      next = index.blocks[0]?.offset ?? block.offset;
      if (index.previousOffset >= next) return null;
      offset = index.previousOffset;
    }
    if (next !== start) return null;
  } catch (error) {
    if (error instanceof MalformedError) return null;
    throw error;
  }
  return {
    header,
    blocks: runs.toReversed().flat(),
    indexes: indexes.toReversed(),
    damage: [],
    end: size,
    unfinishedBytes: 0,
    unfinished: null,
    isClosed: true,
    isVerified: false,
  };
}

/** @throws MalformedError */
export function contentOf(bytes: TapeBytes, { offset, head }: PlacedBlock): Uint8Array {
  return unpackContent(head, bytes.read(offset + BLOCK_HEAD_BYTES, head.storedBytes));
}
