import { open, type FileHandle } from 'node:fs/promises';
import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import { Bzip2Inflater } from './bzip2-inflater.ts';
import { cutData, damagedData, type ReadPlace } from './packed-faults.ts';
import { RecordingError } from './recording-error.ts';

export type { ReadPlace } from './packed-faults.ts';

type InflateStream = Gunzip | ZstdDecompress;

/** How the bytes are packed. In a zip each member may be packed again. */
export type Compression = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'zip';

/** How far the file itself has been read, bytes. */
export type OnBytesRead = (bytesRead: number, bytesTotal: number) => void;

/** One read of the file, and one piece of what it is unpacked to, bytes: with a quarter of that, unpacking takes a third longer. */
const READ_BYTES = 262_144;
const MAGIC_BYTES = 4;
/** What follows is a block, or the end; of fewer bytes nobody knows. */
const BZIP2_MAGIC = /^425a683[1-9](?:314159265359|177245385090|.{0,10}$)/;
const BZIP2_MAGIC_BYTES = 10;

/** @throws RecordingError */
export async function openFile(path: string): Promise<FileHandle> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const status = await file.stat();
    if (status.isFile() || status.isFIFO()) return file;
    const what = status.isDirectory() ? 'a directory' : 'a device';
    throw new RecordingError('no-file', path, ` is ${what}: expected a file with recorded market data.`);
  } catch (error) {
    await file?.close();
    throw error instanceof RecordingError ? error : systemFault(path, error);
  }
}

export function systemFault(path: string, error: unknown): RecordingError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new RecordingError(
        'missing',
        path,
        ' does not exist: expected a file with recorded market data.',
      );
    case 'EISDIR':
      return new RecordingError(
        'no-file',
        path,
        ' is a directory: expected a file with recorded market data.',
      );
    default:
      return new RecordingError(
        'unreadable',
        path,
        ` cannot be read (${code}): expected a file with recorded market data.`,
      );
  }
}

/** The file as it stands, in reads of bounded size. Each chunk is to be used before the next is asked for. @throws RecordingError */
export async function* fileBytes(
  path: string,
  file: FileHandle,
  onRead: OnBytesRead,
): AsyncGenerator<Uint8Array> {
  const total = (await file.stat()).size;
  const buffer = new Uint8Array(READ_BYTES);
  let done = 0;
  for (;;) {
    let bytesRead: number;
    try {
      ({ bytesRead } = await file.read(buffer, 0, READ_BYTES, null));
    } catch (error) {
      throw systemFault(path, error);
    }
    if (bytesRead === 0) return;
    done += bytesRead;
    yield buffer.subarray(0, bytesRead);
    onRead(done, total);
  }
}

/** Bytes that can be read from any place while their source is open. */
export interface RandomBytes {
  readonly byteLength: number;
  /** @throws RecordingError */
  slice(start: number, end?: number): Promise<ArrayBuffer>;
}

/** Null for a pipe. */
export async function randomBytes(
  path: string,
  file: FileHandle,
  onRead: OnBytesRead,
): Promise<RandomBytes | null> {
  const status = await file.stat();
  if (!status.isFile()) return null;
  const byteLength = status.size;
  return {
    byteLength,
    slice: async (start, end = byteLength) => {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, byteLength) - start));
      let filled = 0;
      try {
        while (filled < bytes.length) {
          const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
      } catch (error) {
        throw systemFault(path, error);
      }
      onRead(Math.min(end, byteLength), byteLength);
      return bytes.buffer;
    },
  };
}

/** What the first bytes of a file or member say of its packing. */
export function compressionOf(head: Uint8Array): Compression {
  if (head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length >= MAGIC_BYTES) {
    const magic = new DataView(head.buffer, head.byteOffset).getUint32(0, true);
    // RFC 8878: a frame, or a skippable frame that may come before it.
    if (magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50) return 'zstd';
    // "PK" and the number of a member, of the directory of an empty archive, or of a split archive in one piece.
    if (magic === 0x04034b50 || magic === 0x06054b50 || magic === 0x30304b50) return 'zip';
  }
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, BZIP2_MAGIC_BYTES));
  return BZIP2_MAGIC.test(start.toString('hex')) ? 'bzip2' : 'none';
}

/**
 * Decompresses what its first bytes say is gzip, zstd or bzip2, and hands on everything else as it is, in bounded memory. What can be
 * decompressed before a fault has been handed on when the fault is told. @throws RecordingError
 */
export async function* inflated(
  label: string,
  chunks: AsyncIterable<Uint8Array>,
  place: ReadPlace,
): AsyncGenerator<Uint8Array> {
  let inflater: Inflater | Bzip2Inflater | null = null;
  let isFirst = true;
  for await (const chunk of chunks) {
    const compression = isFirst ? compressionOf(chunk) : 'none';
    isFirst = false;
    if (compression === 'bzip2') inflater = new Bzip2Inflater(label, place);
    else if (compression === 'gzip' || compression === 'zstd')
      inflater = new Inflater(label, compression, place);
    if (inflater === null) yield chunk;
    else yield* inflater.take(chunk);
  }
  if (inflater !== null) yield* inflater.finish();
}

/**
 * Drives a zlib stream one write at a time, so that everything that can be decompressed before a fault has been handed on
 * when the fault is told: the sentence names the last good row. Invariant: bytes that are not decompressed are refused, never
 * skipped, apart from zeros that pad a gzip file.
 */
class Inflater {
  readonly #label: string;
  readonly #name: 'gzip' | 'zstd';
  readonly #place: ReadPlace;
  #stream!: InflateStream;
  #ended!: Promise<void>;
  #out: Uint8Array[] = [];
  #fault: Error | null = null;
  #isOver = false;
  #given = 0;

  constructor(label: string, compression: 'gzip' | 'zstd', place: ReadPlace) {
    this.#label = label;
    this.#name = compression;
    this.#place = place;
    this.#begin();
  }

  #begin(): void {
    const options = { chunkSize: READ_BYTES };
    const stream = this.#name === 'gzip' ? createGunzip(options) : createZstdDecompress(options);
    this.#stream = stream;
    this.#isOver = false;
    this.#given = 0;
    stream.on('data', (bytes: Uint8Array) => this.#out.push(bytes));
    this.#ended = new Promise((resolve) => {
      stream.once('end', () => {
        this.#isOver = true;
        resolve();
      });
      stream.once('error', (error: Error) => {
        this.#fault = error;
        resolve();
      });
    });
  }

  async *take(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#isOver) {
        if (this.#name === 'gzip') return this.#refuseUnlessPadding(rest);
        // Node ends the stream at the end of a zstd frame when more stands behind it in the same write.
        this.#begin();
      }
      this.#given += rest.length;
      const written = new Promise<void>((resolve) => {
        this.#stream.write(rest, () => resolve());
      });
      // A stream that ends in the middle of a write never calls back for it.
      await Promise.race([written, this.#ended]);
      yield* this.#handOn();
      const left = this.#isOver ? this.#given - this.#stream.bytesWritten : 0;
      rest = rest.subarray(rest.length - left);
    }
  }

  async *finish(): AsyncGenerator<Uint8Array> {
    if (!this.#isOver) {
      this.#stream.end();
      await this.#ended;
    }
    yield* this.#handOn();
  }

  #refuseUnlessPadding(bytes: Uint8Array): void {
    if (bytes.some((byte) => byte !== 0)) throw this.#damaged('other bytes follow it');
  }

  *#handOn(): Generator<Uint8Array> {
    const out = this.#out;
    this.#out = [];
    yield* out;
    if (this.#fault === null) return;
    const isCut = 'code' in this.#fault && this.#fault.code === 'Z_BUF_ERROR';
    if (!isCut) throw this.#damaged(this.#fault.message);
    throw cutData(this.#label, this.#name, this.#place);
  }

  #damaged(reason: string): RecordingError {
    // What the failing call had decompressed is lost with it, so the place is a little further on.
    return damagedData(this.#label, this.#name, this.#place, reason);
  }
}
