import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { BLOCK_BYTES_MAX, CODEC_PLAIN, CODEC_ZSTD, type BlockHead } from './block-head.ts';
import { MalformedError } from './byte-cursor.ts';

/** Below this packing saves nothing. */
const PACK_BYTES_MIN = 64;
/** The fastest level, and nearly the smallest outcome: the columns have done the work. */
const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

export interface PackedContent {
  bytes: Uint8Array;
  codec: number;
  rawBytes: number;
  crc: number;
}

export function packContent(content: Uint8Array, packs = true): PackedContent {
  const packed = packs && content.length >= PACK_BYTES_MIN ? zstdCompressSync(content, ZSTD) : content;
  const pays = packed.length < content.length;
  const bytes = pays ? packed : content;
  const codec = pays ? CODEC_ZSTD : CODEC_PLAIN;
  return { bytes, codec, rawBytes: content.length, crc: crc32(bytes) };
}

/** The content of a block, checked. @throws MalformedError when the bytes are not what was written */
export function unpackContent(head: BlockHead, stored: Uint8Array): Uint8Array {
  if (stored.length !== head.storedBytes || crc32(stored) !== head.contentCrc)
    throw new MalformedError('a checksum is wrong');
  if (head.codec === CODEC_PLAIN) return stored;
  if (head.codec !== CODEC_ZSTD) throw new MalformedError('an unknown packing');
  let content: Uint8Array;
  try {
    content = zstdDecompressSync(stored, {
      maxOutputLength: Math.max(1, Math.min(head.rawBytes, BLOCK_BYTES_MAX)),
    });
  } catch {
    throw new MalformedError('content that does not unpack');
  }
  if (content.length !== head.rawBytes) throw new MalformedError('content of another length');
  return content;
}
