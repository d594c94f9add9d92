import { crc32 } from 'node:zlib';
import { TapeError } from './tape-error.ts';

export const TAPE_VERSION = 1;
/** A byte above 127, the name, and line ends that a transfer as text would change. */
export const FILE_MAGIC = Buffer.from([0x89, 0x54, 0x41, 0x50, 0x45, 0x0d, 0x0a, 0x1a]);
export const HEADER_BYTES_MIN = 28;
/** Largest header. */
export const HEADER_BYTES_MAX = 65_536;

/** What a tape says of itself. */
export interface TapeHeader {
  version: number;
  createdUs: number;
  /** Names of the feeds or files that it was recorded from. */
  sources: string[];
  /** Longest time for which an event waits for its block, ms; 0 = until the block is full. */
  flushIntervalMs: number;
  /** The tape whose end is this one's beginning; absent for a tape that is no part of a longer recording, or where events lie between. */
  follows?: TapeFollows;
}

/** Which tape comes before a part of a longer recording. */
export interface TapeFollows {
  /** Name of its file, in the same folder. */
  tape: string;
  /** Events that it had at its end. */
  events: number;
}

export function encodeHeader(header: TapeHeader): Uint8Array {
  const { sources, flushIntervalMs, follows } = header;
  const text = Buffer.from(JSON.stringify({ sources, flushIntervalMs, follows }), 'utf8');
  const bytes = new Uint8Array(HEADER_BYTES_MIN + text.length);
  const view = new DataView(bytes.buffer);
  bytes.set(FILE_MAGIC);
  view.setUint16(8, header.version, true);
  view.setUint32(12, bytes.length, true);
  view.setFloat64(16, header.createdUs, true);
  bytes.set(text, 24);
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)), true);
  return bytes;
}

/** Whether a file that begins with these bytes says that it is a tape. */
export function isTape(head: Uint8Array): boolean {
  return FILE_MAGIC.equals(head.subarray(0, FILE_MAGIC.length));
}

/** How long the header at the start of these bytes says that it is. */
export function headerBytes(bytes: Buffer): number {
  return bytes.length < HEADER_BYTES_MIN ? HEADER_BYTES_MIN : bytes.readUInt32LE(12);
}

/**
 * The header at the start of these bytes, and where it ends. Null when it is damaged.
 * @throws TapeError when the file is of a later version
 */
export function decodeHeader(path: string, bytes: Uint8Array): { header: TapeHeader; end: number } | null {
  if (bytes.length < HEADER_BYTES_MIN || !FILE_MAGIC.equals(bytes.subarray(0, 8))) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = view.getUint32(12, true);
  if (end < HEADER_BYTES_MIN || end > HEADER_BYTES_MAX || end > bytes.length) return null;
  if (crc32(bytes.subarray(0, end - 4)) !== view.getUint32(end - 4, true)) return null;
  const version = view.getUint16(8, true);
  if (version !== TAPE_VERSION)
    throw new TapeError(
      'newer-version',
      path,
      `is a tape of version ${version}: this program reads version 1.`,
    );
  const { sources, flushIntervalMs, follows } = JSON.parse(
    Buffer.from(bytes.subarray(24, end - 4)).toString('utf8'),
  ) as Partial<TapeHeader>;
  const header = {
    version,
    createdUs: view.getFloat64(16, true),
    sources: sources ?? [],
    flushIntervalMs: flushIntervalMs ?? 0,
    ...(follows === undefined ? {} : { follows }),
  };
  return { header, end };
}
