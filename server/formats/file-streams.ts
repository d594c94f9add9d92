import { basename } from 'node:path';
import {
  compressionOf,
  randomBytes,
  fileBytes,
  inflated,
  openFile,
  type Compression,
  type OnBytesRead,
  type RandomBytes,
  type ReadPlace,
} from './byte-source.ts';
import { RecordingError } from './recording-error.ts';
import { zipMembers } from './zip-archive.ts';

/** One run of bytes that is a recording for itself: a file, or a member of an archive. */
export interface ByteStream {
  /** As the user named the file. */
  readonly path: string;
  /** Within an archive, the name of the member; null for a file that is none. */
  readonly member: string | null;
  /** File name without folders: of the member where there is one. */
  readonly name: string;
  /** How sentences name it. */
  readonly label: string;
  readonly compression: Compression;
  /** The file itself where it can be read from any place, as tables by columns must be; null for a pipe or packed data. */
  readonly random: RandomBytes | null;
  /** The bytes, decompressed, each chunk to be used before the next is asked for. To be read once. @throws RecordingError */
  chunks(place: ReadPlace): AsyncGenerator<Uint8Array>;
}

export type { RandomBytes } from './byte-source.ts';

export interface OpenSource {
  readonly streams: readonly ByteStream[];
  close(): Promise<void>;
}

/** Opens a file and says, by its first bytes, of which streams it consists. @throws RecordingError */
export async function openSource(path: string, onRead: OnBytesRead): Promise<OpenSource> {
  const file = await openFile(path);
  try {
    const bytes = fileBytes(path, file, onRead);
    const first = await bytes.next();
    if (first.done === true)
      throw new RecordingError('empty', path, ' is empty: expected a recording of market data.');
    const compression = compressionOf(first.value);
    const streams =
      compression === 'zip'
        ? (await zipMembers(path, file, onRead)).map((member) => ({
            path,
            member: member.name,
            name: member.name,
            label: member.label,
            compression,
            random: null,
            chunks: (place: ReadPlace) => inflated(member.label, member.chunks(place), place),
          }))
        : [
            {
              path,
              member: null,
              name: basename(path),
              label: path,
              compression,
              random: compression === 'none' ? await randomBytes(path, file, onRead) : null,
              chunks: (place: ReadPlace) => inflated(path, resumed(first.value, bytes), place),
            },
          ];
    return { streams, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function* resumed(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}
