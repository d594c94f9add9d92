import { crc32 } from 'node:zlib';

/** What a block is ([TF4]). Readers pass over kinds that they do not know. */
export const BLOCK_DICTIONARY = 1;
export const BLOCK_EVENTS = 2;
export const BLOCK_KEYFRAME = 3;
export const BLOCK_NOTES = 4;
export const BLOCK_INDEX = 5;
export const BLOCK_FOOTER = 6;

/** Content as it is; content as one zstd frame. */
export const CODEC_PLAIN = 0;
export const CODEC_ZSTD = 1;

export const BLOCK_HEAD_BYTES = 64;
/** "TBLK" as it stands in the file. */
export const BLOCK_MAGIC = Buffer.from('TBLK', 'latin1');
/** Largest content of a block, stored or not: a length beyond it is damage. */
export const BLOCK_BYTES_MAX = 67_108_864;

/** What stands in front of every block. All of it is covered by its own checksum. */
export interface BlockHead {
  kind: number;
  /** Blocks before it in the file. */
  sequence: number;
  /** How the content is packed. */
  codec: number;
  storedBytes: number;
  /** Content bytes unpacked. */
  rawBytes: number;
  contentCrc: number;
  /** Events before it in the tape. */
  firstEvent: number;
  /** Events in it. */
  events: number;
  /** State of the dictionary that it is written against. */
  revision: number;
  /** Replay time of its first and last event, us; of where it stands for a block without events. */
  fromTimeUs: number;
  toTimeUs: number;
}

export function encodeHead(head: BlockHead): Uint8Array {
  const bytes = new Uint8Array(BLOCK_HEAD_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(BLOCK_MAGIC);
  view.setUint8(4, head.kind);
  view.setUint8(5, head.codec);
  view.setUint32(8, head.sequence, true);
  view.setUint32(12, head.storedBytes, true);
  view.setUint32(16, head.contentCrc, true);
  view.setUint32(20, head.events, true);
  view.setFloat64(24, head.firstEvent, true);
  view.setUint32(32, head.revision, true);
  view.setUint32(36, head.rawBytes, true);
  view.setFloat64(40, head.fromTimeUs, true);
  view.setFloat64(48, head.toTimeUs, true);
  view.setUint32(60, crc32(bytes.subarray(0, 60)), true);
  return bytes;
}

/** Null where no sound head stands. */
export function decodeHead(bytes: Uint8Array, at = 0): BlockHead | null {
  if (at + BLOCK_HEAD_BYTES > bytes.length) return null;
  for (let place = 0; place < BLOCK_MAGIC.length; place += 1)
    if (bytes[at + place] !== BLOCK_MAGIC[place]) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, BLOCK_HEAD_BYTES);
  if (crc32(bytes.subarray(at, at + 60)) !== view.getUint32(60, true)) return null;
  const head: BlockHead = {
    kind: view.getUint8(4),
    codec: view.getUint8(5),
    sequence: view.getUint32(8, true),
    storedBytes: view.getUint32(12, true),
    rawBytes: view.getUint32(36, true),
    contentCrc: view.getUint32(16, true),
    events: view.getUint32(20, true),
    firstEvent: view.getFloat64(24, true),
    revision: view.getUint32(32, true),
    fromTimeUs: view.getFloat64(40, true),
    toTimeUs: view.getFloat64(48, true),
  };
  const { storedBytes, rawBytes, firstEvent, fromTimeUs, toTimeUs } = head;
  const isSound =
    storedBytes <= BLOCK_BYTES_MAX &&
    rawBytes <= BLOCK_BYTES_MAX &&
    firstEvent >= 0 &&
    Number.isSafeInteger(firstEvent) &&
    Number.isSafeInteger(fromTimeUs) &&
    Number.isSafeInteger(toTimeUs) &&
    fromTimeUs <= toTimeUs;
  return isSound ? head : null;
}
