import type { FileHandle } from 'node:fs/promises';
import { posix } from 'node:path';
import { crc32 } from 'node:zlib';
import { fromFdPromise, type Entry, type ZipFile } from 'yauzl';
import type { OnBytesRead } from './byte-source.ts';
import { damagedData, type ReadPlace } from './packed-faults.ts';
import { RecordingError } from './recording-error.ts';

/** A day of all option contracts of one underlying is some ten thousand members. */
const MEMBERS_MAX = 65_536;
/** Text of market data packs 5 to 40 times; a member beyond both is made to fill a memory. */
const RATIO_MAX = 250;
const RATIO_BYTES_MIN = 67_108_864;
/** What an archiver adds, and no recording: folders, resource forks, hidden files. */
const PACKAGING = /\/$|(?:^|\/)__MACOSX\/|(?:^|\/)\.[^/]*$/;

export interface ZipMember {
  /** Last part of the member's name. */
  readonly name: string;
  /** Archive and member, for sentences. */
  readonly label: string;
  /** The member's bytes, to be used before the next are asked for. Members may be read side by side. @throws RecordingError */
  chunks(place: ReadPlace): AsyncGenerator<Uint8Array>;
}

/**
 * Lists the members of a zip archive without reading them. Its directory stands at its end, so the file must be one that can be
 * read from any place; the caller keeps it open while members are read. @throws RecordingError
 */
export async function zipMembers(path: string, file: FileHandle, onRead: OnBytesRead): Promise<ZipMember[]> {
  const status = await file.stat();
  if (!status.isFile())
    throw new RecordingError(
      'unreadable',
      path,
      ' is a zip archive in a pipe: expected a file, as the list of its members is at its end.',
    );
  const archive = await opened(path, file);
  if (archive.entryCount > MEMBERS_MAX)
    throw new RecordingError(
      'too-large',
      path,
      ` is a zip archive of ${archive.entryCount} members: expected at most ${MEMBERS_MAX}.`,
    );
  const members: ZipMember[] = [];
  try {
    for await (const entry of archive.eachEntry()) {
      if (PACKAGING.test(entry.fileName)) continue;
      const label = `${path} (${entry.fileName})`;
      refuseUnreadable(label, entry);
      members.push({
        name: posix.basename(entry.fileName),
        label,
        chunks: (place) => memberBytes(archive, entry, label, place, status.size, onRead),
      });
    }
  } catch (error) {
    throw error instanceof RecordingError ? error : damagedDirectory(path, error);
  }
  if (members.length === 0)
    throw new RecordingError(
      'empty',
      path,
      ' is a zip archive without members: expected a recording of market data.',
    );
  return members;
}

async function opened(path: string, file: FileHandle): Promise<ZipFile> {
  try {
    return await fromFdPromise(file.fd, { autoClose: false });
  } catch (error) {
    if (error instanceof Error && /not found|unexpected EOF/.test(error.message))
      throw new RecordingError(
        'truncated',
        path,
        ' is cut off: expected the end of its zip data, where the list of its members stands.',
      );
    throw damagedDirectory(path, error);
  }
}

function damagedDirectory(path: string, error: unknown): RecordingError {
  const reason = error instanceof Error ? error.message : String(error);
  const sentence = ` is damaged: expected the list of members of a sound zip archive (${reason}).`;
  return new RecordingError('damaged', path, sentence);
}

/** Says of a member what can be said without reading it. */
function refuseUnreadable(label: string, entry: Entry): void {
  if (entry.isEncrypted())
    throw new RecordingError('encrypted', label, ' is encrypted: expected a zip archive without a password.');
  if (!entry.canDecodeFileData())
    throw new RecordingError(
      'unreadable',
      label,
      ` is compressed by method ${entry.compressionMethod}: expected a zip member that is stored or deflated.`,
    );
  const { compressedSize, uncompressedSize } = entry;
  if (uncompressedSize < RATIO_BYTES_MIN || uncompressedSize <= compressedSize * RATIO_MAX) return;
  throw new RecordingError(
    'too-large',
    label,
    ` would grow from ${compressedSize} to ${uncompressedSize} bytes: expected at most ${RATIO_MAX} times its compressed size.`,
  );
}

async function* memberBytes(
  archive: ZipFile,
  entry: Entry,
  label: string,
  place: ReadPlace,
  total: number,
  onRead: OnBytesRead,
): AsyncGenerator<Uint8Array> {
  let sum = 0;
  let done = 0;
  try {
    // Its size is held against the directory's while it is read, so the ratio that was checked holds.
    for await (const bytes of await archive.openReadStreamPromise(entry)) {
      const chunk = bytes as Buffer;
      sum = crc32(chunk, sum);
      done += chunk.length;
      yield chunk;
      const read = Math.floor((entry.compressedSize * done) / Math.max(1, entry.uncompressedSize));
      onRead(entry.relativeOffsetOfLocalHeader + read, total);
    }
  } catch (error) {
    if (error instanceof RecordingError) throw error;
    throw damagedData(label, 'zip', place, error instanceof Error ? error.message : String(error));
  }
  if (sum !== entry.crc32) throw damagedData(label, 'zip', place, 'incorrect data check');
}
