import { BLOCK_HEAD_BYTES, type BlockHead } from './block-head.ts';
import { ByteColumn } from './byte-column.ts';
import { ByteCursor, MalformedError } from './byte-cursor.ts';

/** A block and where its head begins in the file. */
export interface PlacedBlock {
  offset: number;
  head: BlockHead;
}

export function endOf({ offset, head }: PlacedBlock): number {
  return offset + BLOCK_HEAD_BYTES + head.storedBytes;
}

/** Of the blocks since the index block before: what their heads say, and what only a look at every event would tell. */
export interface TapeIndex {
  /** Where the index block before begins; 0 = there is none. */
  previousOffset: number;
  /** One after the other without a hole. */
  blocks: PlacedBlock[];
  /** Events by second of replay time (s since 1970), in order. */
  seconds: [second: number, events: number][];
  /** Events by instrument. */
  instruments: [instrument: number, events: number][];
}

export function encodeIndex({ previousOffset, blocks, seconds, instruments }: TapeIndex): Uint8Array {
  const column = new ByteColumn();
  column.unsigned(previousOffset);
  column.unsigned(blocks.length);
  column.unsigned(blocks[0]?.offset ?? 0);
  column.unsigned(blocks[0]?.head.sequence ?? 0);
  column.unsigned(blocks[0]?.head.firstEvent ?? 0);
  let timeUs = 0;
  for (const { head } of blocks) {
    column.unsigned(head.kind);
    column.unsigned(head.codec);
    column.unsigned(head.storedBytes);
    column.unsigned(head.rawBytes);
    column.unsigned(head.contentCrc);
    column.unsigned(head.events);
    column.unsigned(head.revision);
    column.difference(head.fromTimeUs, timeUs);
    column.difference(head.toTimeUs, head.fromTimeUs);
    timeUs = head.toTimeUs;
  }
  column.unsigned(seconds.length);
  let before = 0;
  for (const [second, events] of seconds) {
    column.difference(second, before);
    column.unsigned(events);
    before = second;
  }
  column.unsigned(instruments.length);
  for (const [instrument, events] of instruments) {
    column.unsigned(instrument);
    column.unsigned(events);
  }
  return column.bytes.slice();
}

/** @throws MalformedError */
export function decodeIndex(content: Uint8Array): TapeIndex {
  const cursor = new ByteCursor(content);
  const previousOffset = cursor.unsigned();
  const count = cursor.count(content.length);
  let offset = cursor.unsigned();
  let sequence = cursor.unsigned();
  let firstEvent = cursor.unsigned();
  let timeUs = 0;
  const blocks: PlacedBlock[] = [];
  for (let index = 0; index < count; index += 1) {
    const [kind, codec] = [cursor.unsigned(), cursor.unsigned()];
    const [storedBytes, rawBytes, contentCrc] = [cursor.unsigned(), cursor.unsigned(), cursor.unsigned()];
    const [events, revision] = [cursor.unsigned(), cursor.unsigned()];
    const fromTimeUs = cursor.difference(timeUs);
    const toTimeUs = cursor.difference(fromTimeUs);
    const head = { kind, codec, sequence, storedBytes, rawBytes, contentCrc, firstEvent, events, revision };
    const block = { offset, head: { ...head, fromTimeUs, toTimeUs } };
    blocks.push(block);
    offset = endOf(block);
    sequence += 1;
    firstEvent += events;
    timeUs = toTimeUs;
  }
  let second = 0;
  const seconds = Array.from({ length: cursor.count(content.length) }, (): [number, number] => {
    second = cursor.difference(second);
    return [second, cursor.unsigned()];
  });
  const instruments = Array.from({ length: cursor.count(content.length) }, (): [number, number] => [
    cursor.unsigned(),
    cursor.unsigned(),
  ]);
  if (!cursor.isAtEnd) throw new MalformedError('bytes follow the index');
  return { previousOffset, blocks, seconds, instruments };
}

const FOOTER_MAGIC = Buffer.from('TAPEEND\n', 'latin1');
/** Offset of the last index block, then the mark by which the end of a closed tape is known. */
export const FOOTER_BYTES = 16;

export function encodeFooter(indexOffset: number): Uint8Array {
  const bytes = new Uint8Array(FOOTER_BYTES);
  new DataView(bytes.buffer).setFloat64(0, indexOffset, true);
  bytes.set(FOOTER_MAGIC, 8);
  return bytes;
}

/** Offset of the last index block; null when this is no footer. */
export function decodeFooter(content: Uint8Array): number | null {
  if (content.length !== FOOTER_BYTES || !FOOTER_MAGIC.equals(content.subarray(8))) return null;
  const offset = new DataView(content.buffer, content.byteOffset, FOOTER_BYTES).getFloat64(0, true);
  return Number.isSafeInteger(offset) && offset > 0 ? offset : null;
}
