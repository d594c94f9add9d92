import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { InstrumentTable } from '../tape/instrument-table.ts';
import { openSource, type ByteStream, type OpenSource } from './file-streams.ts';
import { LobsterImport } from './lobster.ts';
import { lobsterName, type LobsterName } from './lobster-name.ts';
import { RecordingError } from './recording-error.ts';
import { StreamImport, type Import, type ImportOptions } from './stream-import.ts';

export interface PlannedImport {
  readonly stream: ByteStream;
  readonly import: Import;
  close(): Promise<void>;
}

const nothingToClose = async (): Promise<void> => {};

/**
 * Decides which importer a stream goes to, and finds the other file of those that come in pairs: among the streams of the same
 * archive, or beside the file. A pair is imported once, whether one of its files was named or both.
 */
export class StreamPlanner {
  readonly #instruments: InstrumentTable;
  readonly #options: ImportOptions;
  /** Paths that an import before has read as the other file. */
  readonly #taken = new Set<string>();

  constructor(instruments: InstrumentTable, options: ImportOptions) {
    this.#instruments = instruments;
    this.#options = options;
  }

  isTaken(path: string): boolean {
    return this.#taken.has(resolve(path));
  }

  /** Null for a stream that is read as the other half of another. @throws RecordingError */
  async plan(stream: ByteStream, beside: readonly ByteStream[]): Promise<PlannedImport | null> {
    const name = lobsterName(stream.name);
    if (name === null) {
      const plain = new StreamImport(stream, this.#instruments, this.#options);
      return { stream, import: plain, close: nothingToClose };
    }
    const other = stream.member === null ? await this.#besideFile(stream, name) : besideMember(name, beside);
    if (name.kind === 'message') {
      const book = other?.streams[0] ?? null;
      const lobster = new LobsterImport(stream, book, name, this.#instruments, this.#options);
      return { stream, import: lobster, close: other?.close ?? nothingToClose };
    }
    if (other === null)
      throw new RecordingError(
        'missing',
        stream.label,
        ` is the book of a LOBSTER pair: expected its times in ${name.partner} beside it.`,
      );
    // In an archive the turn of the message file comes, or has been.
    if (stream.member !== null) return null;
    const [messages] = other.streams;
    const lobster = new LobsterImport(
      messages!,
      stream,
      lobsterName(messages!.name)!,
      this.#instruments,
      this.#options,
    );
    return { stream, import: lobster, close: other.close };
  }

  async #besideFile(stream: ByteStream, name: LobsterName): Promise<OpenSource | null> {
    const path = join(dirname(stream.path), name.partner);
    if (!existsSync(path)) return null;
    this.#taken.add(resolve(path));
    return openSource(path, () => {});
  }
}

function besideMember(name: LobsterName, beside: readonly ByteStream[]): OpenSource | null {
  const other = beside.find((stream) => stream.name === name.partner);
  return other === undefined ? null : { streams: [other], close: nothingToClose };
}
