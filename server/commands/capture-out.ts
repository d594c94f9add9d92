import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { createGzip, type Gzip } from 'node:zlib';
import { UserError } from '../errors.ts';
import { captureText, type CaptureLine } from '../feeds/venue/capture-lines.ts';
import { CaptureText } from '../feeds/venue/capture-text.ts';
import { ZstdFrames } from './zstd-frames.ts';

/** Text that is packed in one go, characters: each write to a packer costs some microseconds. */
const BATCH_LENGTH = 65_536;
/**
 * Where the lines of a capture go: standard output, a new file, or a new file that is packed on its way (`.gz`, `.zst`). Not a queue with an
 * end: whoever writes looks at `waiting`. Invariant: after a `flush` all lines can be read from the file, also where the process is killed.
 */
export class CaptureOut {
  readonly #file: Writable;
  readonly #packer: Gzip | ZstdFrames | null;
  readonly #textOf: (line: CaptureLine) => string;
  #batch = '';

  private constructor(
    file: Writable,
    packer: Gzip | ZstdFrames | null,
    textOf: (line: CaptureLine) => string,
  ) {
    this.#file = file;
    this.#packer = packer;
    this.#textOf = textOf;
  }

  /** @param path null = standard output @throws UserError where the file is there already, or cannot be made */
  static async open(path: string | null): Promise<CaptureOut> {
    if (path === null) return new CaptureOut(process.stdout, null, captureText);
    const file = await openNew(path);
    const packer = path.endsWith('.gz') ? gzip(file) : path.endsWith('.zst') ? new ZstdFrames(file) : null;
    // A name that says JSON is kept to: other programs read such a file line by line.
    const isJson = packer === null || /\.(?:json|jsonl|ndjson)\.\w+$/.test(path);
    return new CaptureOut(file, packer, isJson ? captureText : shortText());
  }

  /** A packer in front of anything that takes bytes, in the short form. */
  static packed(into: Writable): CaptureOut {
    return new CaptureOut(into, new ZstdFrames(into), shortText());
  }

  /** Characters and bytes that were taken and not written yet. */
  get waiting(): number {
    return this.#batch.length + (this.#packer?.writableLength ?? 0) + this.#file.writableLength;
  }

  line(line: CaptureLine): void {
    if (this.#packer === null) {
      this.#file.write(`${this.#textOf(line)}\n`);
      return;
    }
    this.#batch += `${this.#textOf(line)}\n`;
    if (this.#batch.length >= BATCH_LENGTH) this.#handOn();
  }

  /** Brings everything into the file. */
  flush(): void {
    if (this.#packer === null || this.#batch === '') return;
    this.#handOn();
    this.#packer.flush();
  }

  onError(told: (error: Error) => void): () => void {
    this.#file.on('error', told);
    return () => void this.#file.off('error', told);
  }

  /** Everything is written; a file is closed, standard output is others' too. */
  async close(): Promise<void> {
    const file = this.#file;
    if (file.destroyed) {
      this.#packer?.destroy();
      return;
    }
    if (file === process.stdout) {
      if (file.writableNeedDrain) await once(file, 'drain');
      return;
    }
    const closed = once(file, 'close');
    this.#handOn();
    (this.#packer ?? file).end();
    await closed;
  }

  #handOn(): void {
    if (this.#batch !== '') this.#packer?.write(this.#batch);
    this.#batch = '';
  }
}

function shortText(): (line: CaptureLine) => string {
  const text = new CaptureText();
  return (line) => text.of(line);
}

function gzip(into: Writable): Gzip {
  const packer = createGzip();
  packer.pipe(into);
  return packer;
}

async function openNew(path: string): Promise<Writable> {
  const stream = createWriteStream(path, { flags: 'wx' });
  try {
    await once(stream, 'open');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError(
      code === 'EEXIST' ? `${path} is there already: name a new file.` : `${path}: ${message}.`,
    );
  }
  return stream;
}
