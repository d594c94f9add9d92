import { open, type FileHandle } from 'node:fs/promises';
import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import { RecordingError } from './recording-error.ts';

type InflateStream = Gunzip | ZstdDecompress;

export type Compression = 'none' | 'gzip' | 'zstd';

export interface ByteListener {
  /** The next decompressed bytes, to be used before the call returns. */
  onBytes(bytes: Uint8Array): void;
  /** How far the file itself has been read. */
  onProgress(bytesRead: number, bytesTotal: number): void;
  /** The line that is being read, for sentences about where the compressed data breaks. */
  readonly lastRow: number;
}

/** One read of the file, bytes. A compressed chunk grows about tenfold, and its rows are taken in one go. */
const READ_PLAIN_BYTES = 262_144;
const READ_COMPRESSED_BYTES = 65_536;
const INFLATE_CHUNK_BYTES = 262_144;
const MAGIC_BYTES = 4;
const EMPTY_SENTENCE = ' is empty: expected a recording of market data.';

/** Reads a file of any size in bounded memory, decompressing what its first bytes say is compressed. @throws RecordingError */
export async function readBytes(path: string, listener: ByteListener): Promise<Compression> {
  const file = await openFile(path);
  try {
    return await readAll(path, file, listener);
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
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

function systemFault(path: string, error: unknown): RecordingError {
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

async function readAll(path: string, file: FileHandle, listener: ByteListener): Promise<Compression> {
  const total = (await file.stat()).size;
  const buffer = new Uint8Array(READ_PLAIN_BYTES);
  let done = 0;
  const read = async (limit: number): Promise<Uint8Array> => {
    try {
      const { bytesRead } = await file.read(buffer, 0, limit, null);
      done += bytesRead;
      return buffer.subarray(0, bytesRead);
    } catch (error) {
      throw systemFault(path, error);
    }
  };
  let chunk = await read(READ_COMPRESSED_BYTES);
  if (chunk.length === 0) throw new RecordingError('empty', path, EMPTY_SENTENCE);
  const compression = compressionOf(chunk);
  const inflater = compression === 'none' ? null : new Inflater(path, compression, listener);
  while (chunk.length > 0) {
    if (inflater === null) listener.onBytes(chunk);
    else await inflater.take(chunk);
    listener.onProgress(done, total);
    chunk = await read(inflater === null ? READ_PLAIN_BYTES : READ_COMPRESSED_BYTES);
  }
  await inflater?.finish();
  return compression;
}

function compressionOf(head: Uint8Array): Compression {
  if (head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length >= MAGIC_BYTES) {
    const magic = new DataView(head.buffer, head.byteOffset).getUint32(0, true);
    // RFC 8878: a frame, or a skippable frame that may come before it.
    if (magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50) return 'zstd';
  }
  return 'none';
}

/**
 * Drives a zlib stream one write at a time, so that everything that can be decompressed before a fault has been handed on
 * when the fault is told: the sentence names the last good row. Invariant: bytes that are not decompressed are refused, never
 * skipped, apart from zeros that pad a gzip file.
 */
class Inflater {
  readonly #path: string;
  readonly #name: 'gzip' | 'zstd';
  readonly #listener: ByteListener;
  #stream!: InflateStream;
  #ended!: Promise<void>;
  #out: Uint8Array[] = [];
  #fault: Error | null = null;
  #isOver = false;
  #given = 0;

  constructor(path: string, compression: 'gzip' | 'zstd', listener: ByteListener) {
    this.#path = path;
    this.#name = compression;
    this.#listener = listener;
    this.#begin();
  }

  #begin(): void {
    const options = { chunkSize: INFLATE_CHUNK_BYTES };
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

  async take(chunk: Uint8Array): Promise<void> {
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
      this.#handOn();
      const left = this.#isOver ? this.#given - this.#stream.bytesWritten : 0;
      rest = rest.subarray(rest.length - left);
    }
  }

  async finish(): Promise<void> {
    if (!this.#isOver) {
      this.#stream.end();
      await this.#ended;
    }
    this.#handOn();
  }

  #refuseUnlessPadding(bytes: Uint8Array): void {
    if (bytes.some((byte) => byte !== 0)) throw this.#damaged('other bytes follow it');
  }

  #handOn(): void {
    const out = this.#out;
    this.#out = [];
    for (const bytes of out) this.#listener.onBytes(bytes);
    if (this.#fault === null) return;
    const isCut = 'code' in this.#fault && this.#fault.code === 'Z_BUF_ERROR';
    if (!isCut) throw this.#damaged(this.#fault.message);
    const row = this.#listener.lastRow;
    const sentence = ` is cut off ${afterRow(row)}: expected the end of its ${this.#name} data.`;
    throw new RecordingError('truncated', this.#path, sentence, { row });
  }

  #damaged(reason: string): RecordingError {
    // What the failing call had decompressed is lost with it, so the place is a little further on.
    const row = this.#listener.lastRow;
    const place = row === 0 ? '' : ` after row ${row}`;
    const sentence = ` is damaged: expected sound ${this.#name} data${place} (${reason}).`;
    return new RecordingError('damaged', this.#path, sentence, { row });
  }
}

function afterRow(row: number): string {
  return row === 0 ? 'before its first row' : `after row ${row}`;
}
