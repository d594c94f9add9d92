import { existsSync } from 'node:fs';
import type { Clock } from '../../engine/ports.ts';
import {
  encodeHeader,
  FILE_MAGIC,
  HEADER_BYTES_MAX,
  headerBytes,
  TAPE_VERSION,
  type TapeFollows,
} from './file-header.ts';
import { BLOCK_HEAD_BYTES, BLOCK_INDEX, BLOCK_MAGIC } from './block-head.ts';
import { EventScales } from './event-scales.ts';
import { HeldStorage } from './held-storage.ts';
import { IndexBuilder } from './index-builder.ts';
import { MarketMirror } from './market-mirror.ts';
import { TapeBytes } from './tape-bytes.ts';
import { TapeError } from './tape-error.ts';
import { SIGN_INTERVAL_MS, TapeLock, type LockLook } from './tape-lock.ts';
import { TapeReader } from './tape-reader.ts';
import { emptyState, type TapeState } from './tape-state.ts';
import { FileStorage, type TapeStorage } from './tape-storage.ts';
import type { TapePosition } from './tape-writer-options.ts';
import { TapeWriter } from './tape-writer.ts';

/** A timer that fires late by as much again still keeps the promise of 250 ms. */
const FLUSH_INTERVAL_MS = 125;
/** A crash of the machine, as opposed to one of the process, may take this much and what the disk held back. */
const SYNC_INTERVAL_MS = 1_000;

export interface OpenWriterOptions {
  clock: Clock;
  /** Names of what is recorded, for a new tape. */
  sources?: readonly string[];
  /** Go on with a tape that is there, or refuse. Default: refuse. */
  existing?: 'append' | 'refuse';
  /** What a new tape begins with, where that is not nothing: it gets a keyframe before its first event. */
  from?: TapeState;
  /** Which tape a new one goes on from. */
  follows?: TapeFollows;
  /** Default 125; 0 = blocks are written when they are full. */
  flushIntervalMs?: number;
  /** Default 1,000; 0 = the disk is waited for at the close only, and the lock gives no signs of life. */
  syncIntervalMs?: number;
  /** How the lock of a holder was found that gave no more signs, which is taken over then. */
  silent?: LockLook | null;
  /** Keyframes cost about 150 ns an event. Default true. */
  keyframes?: boolean;
  /** Recording has stopped: the disk is full, the folder is gone. Told once. */
  onFault?: (fault: TapeError) => void;
  /** Where the bytes go, for tests. */
  storage?: (path: string) => TapeStorage;
}

export interface OpenedWriter {
  writer: TapeWriter;
  /** What the last crash cost, one sentence for the log; null when the tape was whole. */
  recovered: string | null;
}

/**
 * Creates a tape, or goes on with one: its torn tail is cut. Holds the tape's lock until the writer is closed.
 * @throws TapeError
 */
export function openTapeWriter(path: string, options: OpenWriterOptions): OpenedWriter {
  const syncIntervalMs = options.syncIntervalMs ?? SYNC_INTERVAL_MS;
  const givesSigns = syncIntervalMs > 0;
  const lock = TapeLock.take(path, { givesSigns, silent: options.silent ?? null });
  let storage: TapeStorage | null = null;
  try {
    const isThere = existsSync(path);
    if (isThere && options.existing !== 'append')
      throw new TapeError('exists', path, 'exists already: name a file that does not.');
    const tape = isThere ? standing(path, options) : null;
    storage = new HeldStorage((options.storage ?? ((place) => new FileStorage(place)))(path), lock, path);
    const flushIntervalMs = options.flushIntervalMs ?? FLUSH_INTERVAL_MS;
    if (tape === null || tape.end === 0) {
      if (storage.size > 0) storage.truncate(0);
      const createdUs = options.clock.nowUs();
      const sources = [...(options.sources ?? [])];
      const { follows } = options;
      const header = { version: TAPE_VERSION, createdUs, sources, flushIntervalMs };
      storage.append(encodeHeader(follows === undefined ? header : { ...header, follows }));
    } else if (tape.end < storage.size) storage.truncate(tape.end);
    const { position, index, mirror, scales } = tape?.state ?? fresh(options.from);
    const { clock } = options;
    const cancel = givesSigns
      ? clock.every(SIGN_INTERVAL_MS, () => void lock.sign(clock.nowUs()))
      : () => undefined;
    const writer = new TapeWriter({
      storage,
      clock,
      position,
      index,
      mirror: options.keyframes === false ? null : mirror,
      scales,
      flushIntervalMs,
      syncIntervalMs,
      onFault: options.onFault ?? (() => undefined),
      onClose() {
        cancel();
        lock.release();
      },
    });
    if (tape === null && options.from !== undefined) writer.begin();
    return { writer, recovered: tape?.recovered ?? null };
  } catch (error) {
    storage?.close();
    lock.release();
    throw error;
  }
}

/** What a writer goes on from. */
interface WriterStart {
  position: TapePosition;
  index: IndexBuilder;
  mirror: MarketMirror;
  scales: EventScales;
}

/** A writer on a storage that is no file of its own, which begins with what is known. */
export function writerOn(storage: TapeStorage, clock: Clock, from: TapeState): TapeWriter {
  const times = { flushIntervalMs: FLUSH_INTERVAL_MS, syncIntervalMs: 0 };
  const none = (): void => undefined;
  return new TapeWriter({ storage, clock, ...fresh(from), ...times, onFault: none, onClose: none });
}

interface Standing {
  /** Where the next block belongs; 0 = not even the header was finished. */
  end: number;
  state: WriterStart | null;
  recovered: string | null;
}

function fresh(from: TapeState = emptyState()): WriterStart {
  const { definitions, mirror, scales, timeUs } = from;
  const instruments = definitions.map((definition, id) => ({ definition, since: id + 1 }));
  const start = { sequence: 0, events: 0, timeUs, revision: instruments.length, instruments, indexOffset: 0 };
  return { position: start, index: new IndexBuilder(), mirror, scales };
}

/** Reads a tape that is there up to its end. @throws TapeError */
function standing(path: string, { keyframes }: OpenWriterOptions): Standing {
  if (isUnbegun(path))
    return { end: 0, state: null, recovered: `${path}: began anew, its header was not finished.` };
  const reader = TapeReader.open(path, { mayBeEmpty: true });
  try {
    return {
      end: reader.map.end,
      state: stateOf(reader, keyframes !== false),
      recovered: cutSentence(path, reader),
    };
  } finally {
    reader.close();
  }
}

/** A file of ours in which a crash left no more than a part of the header. */
function isUnbegun(path: string): boolean {
  const file = new TapeBytes(path);
  const bytes = Buffer.from(file.read(0, HEADER_BYTES_MAX + BLOCK_HEAD_BYTES));
  file.close();
  const common = Math.min(bytes.length, FILE_MAGIC.length);
  const isOurs = FILE_MAGIC.subarray(0, common).equals(bytes.subarray(0, common));
  return isOurs && bytes.length < headerBytes(bytes) && !bytes.includes(BLOCK_MAGIC);
}

/** `cut 1,234 bytes of an unfinished block at the end; 812 events are missing.` Null when nothing is cut. */
export function cutSentence(path: string, { map, lastTimeUs, events }: TapeReader): string | null {
  const { unfinishedBytes, unfinished, header } = map;
  if (unfinishedBytes === 0) return null;
  const bytes = `${path}: cut ${unfinishedBytes.toLocaleString('en-US')} bytes of an unfinished block at the end`;
  if (unfinished === null) {
    const span =
      header === null || header.flushIntervalMs === 0 ? 'a part' : `${header.flushIntervalMs / 1000} s`;
    return `${bytes}; ${span} of events may be missing.`;
  }
  if (unfinished.events === 0) return `${bytes}; no event is missing.`;
  const fromUs = events > 0 ? lastTimeUs : unfinished.fromTimeUs;
  const seconds = ((unfinished.toTimeUs - fromUs) / 1e6).toFixed(3);
  return `${bytes}; ${unfinished.events.toLocaleString('en-US')} events of ${seconds} s are missing.`;
}

function stateOf(reader: TapeReader, keepsMirror: boolean): WriterStart {
  const { map, dictionaries } = reader;
  const last = map.blocks.at(-1);
  const latest = dictionaries.latest ?? { revision: 0, instruments: [] };
  const index = new IndexBuilder();
  const indexOffset = takeUncovered(reader, index);
  const mirror = new MarketMirror();
  mirror.reserve(latest.instruments.length);
  if (keepsMirror) restoreMirror(reader, mirror);
  return {
    index,
    mirror,
    scales: new EventScales(),
    position: {
      sequence: last === undefined ? 0 : last.head.sequence + 1,
      events: last === undefined ? 0 : last.head.firstEvent + last.head.events,
      timeUs: last?.head.toTimeUs ?? 0,
      // A state whose dictionary is lost had a number all the same.
      revision: Math.max(latest.revision, last?.head.revision ?? 0),
      instruments: [...latest.instruments],
      indexOffset,
    },
  };
}

/** Gives the index what no index block of the file covers. Returns where its last index block stands. */
function takeUncovered(reader: TapeReader, index: IndexBuilder): number {
  const { blocks, damage } = reader.map;
  // With a hole in it the chain of index blocks leads nowhere: it begins anew, and a reader looks at every block.
  if (damage.length > 0) return 0;
  const lastIndex = blocks.findLastIndex(({ head }) => head.kind === BLOCK_INDEX);
  const uncovered = blocks.slice(lastIndex + 1);
  for (const block of uncovered) index.addBlock(block);
  const events = uncovered.reduce((sum, { head }) => sum + head.events, 0);
  let at = Math.max(0, reader.events - events);
  reader.playAsWritten(at, (event) => {
    index.addEvent(event.instrument, reader.timeOfEvent(at));
    at += 1;
  });
  return blocks[lastIndex]?.offset ?? 0;
}

function restoreMirror(reader: TapeReader, mirror: MarketMirror): void {
  const keyframe = reader.keyframeBefore(reader.events);
  if (keyframe !== null) {
    for (const state of keyframe.instruments) state.instrument = reader.fileId(state.instrument);
    mirror.load(keyframe.instruments);
  }
  reader.playAsWritten(keyframe?.event ?? 0, (event) => mirror.onEvent(event));
}
