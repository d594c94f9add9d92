import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  unixUs,
  type GapMark,
  type InstrumentDefinition,
  type InstrumentId,
  type MarketEvent,
  type UnixUs,
} from '#protocol';
import type { Cancel, Clock } from '../../engine/ports.ts';
import type { TapeFollows } from '../file/file-header.ts';
import { openTapeWriter, writerOn } from '../file/open-tape-writer.ts';
import { systemFault, TapeError } from '../file/tape-error.ts';
import { TapeLock } from '../file/tape-lock.ts';
import { TapePacker } from '../file/tape-packer.ts';
import { emptyState, type TapeState } from '../file/tape-state.ts';
import type { TapeStorage } from '../file/tape-storage.ts';
import type { TapeWriter } from '../file/tape-writer.ts';
import { FailedStorage } from './failed-storage.ts';
import type { LiveTape, RollingTapeStatus, TapeRetention } from './ports.ts';
import { segmentBounds } from './retention.ts';
import { segmentFile, type SegmentFile } from './segment-files.ts';
import { standingSegments, type FinishedSegment, type StandingSegments } from './standing-segments.ts';

const LOOK_INTERVAL_MS = 1_000;
const RETRY_INTERVAL_US = 30_000_000;
/** Name of the folder's lock, without `.lock`. */
const LOCK_NAME = 'rolling';

export interface RollingTapeOptions {
  folder: string;
  clock: Clock;
  retention: TapeRetention;
  /** Names of the feeds. */
  sources?: readonly string[];
  /** One sentence for the operator: what a crash has cost, why recording pauses, that it goes on. */
  onNotice: (sentence: string) => void;
  /** Where the bytes go, for tests. */
  storage?: (path: string) => TapeStorage;
}

/**
 * Records everything that the live engine takes into a folder of segments, each a whole tape, packs those that are finished, and lets the oldest go. Not a recording that
 * is kept: that is one tape of its own. It never throws into the market: where it cannot write it pauses, says so once, and tries again.
 *
 * Invariant: ids of its writer are those of the engine, and its writer knows the market's state, whether or not anything can be written.
 */
export class RollingTape implements LiveTape {
  readonly folder: string;
  readonly #options: RollingTapeOptions;
  readonly #bounds: { durationMs: number; bytes: number };
  readonly #timer: Cancel;
  readonly #finished: FinishedSegment[];
  readonly #packer: TapePacker;
  #lock: TapeLock;
  /** Highest number that a segment was given. */
  #last: number;
  /** What the writer writes; null where it only follows the market. */
  #segment: SegmentFile | null = null;
  #segmentStartUs = 0;
  #writer: TapeWriter;
  /** Of the writers before this one. */
  #before = { events: 0, lost: 0, refused: 0 };
  /** Why it is paused. */
  #fault: TapeError | null = null;
  #triedUs = 0;
  #isClosed = false;

  private constructor(options: RollingTapeOptions, lock: TapeLock, { finished, last }: StandingSegments) {
    this.#options = options;
    this.folder = options.folder;
    this.#lock = lock;
    this.#finished = finished;
    this.#packer = new TapePacker(options.clock, (packed, bytes) => {
      const place = finished.findIndex(({ path }) => path === packed);
      if (place >= 0) finished[place] = { ...finished[place]!, bytes };
    });
    this.#bounds = segmentBounds(options.retention);
    this.#last = last;
    this.#writer = this.#begin(emptyState(), null);
    this.#drop();
    this.#timer = options.clock.every(LOOK_INTERVAL_MS, () => this.#look());
  }

  /**
   * Takes the folder, puts in order what a crash left, and begins to record.
   * @throws TapeError where another server records into it, or it cannot be made
   */
  static open(options: RollingTapeOptions): RollingTape {
    const lock = takeFolder(options.folder);
    try {
      const standing = standingSegments(options.folder, options.clock);
      if (standing.notice !== null) options.onNotice(standing.notice);
      return new RollingTape(options, lock, standing);
    } catch (error) {
      lock.release();
      throw systemFault(options.folder, 'written', error);
    }
  }

  get status(): RollingTapeStatus {
    const isPaused = this.#fault !== null;
    return {
      state: isPaused ? 'paused' : 'recording',
      message: this.#fault?.message ?? '',
      fromTimeUs: this.#fromTimeUs(),
      segments: this.#finished.length + (this.#writer.bytes > 0 ? 1 : 0),
      bytes: this.#bytes(),
      ...this.#counts(),
    };
  }

  onDefine(_id: InstrumentId, definition: InstrumentDefinition): void {
    this.#writer.define(definition);
  }

  onEvent(event: MarketEvent): void {
    this.#writer.onEvent(event);
  }

  onGap(mark: GapMark): void {
    this.#writer.gap(mark);
  }

  flush(): boolean {
    if (this.#isClosed || this.#writer.fault !== null) return false;
    try {
      this.#writer.flush();
    } catch (error) {
      if (!(error instanceof TapeError)) throw error;
    }
    return this.#writer.fault === null;
  }

  /** Closes the last segment and lets go of the folder. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer();
    this.#packer.close();
    try {
      this.#writer.close();
    } catch (error) {
      if (!(error instanceof TapeError)) throw error;
    }
    if (this.#segment !== null && this.#writer.events === 0) this.#remove(this.#segment.path);
    this.#lock.release();
  }

  #look(): void {
    const nowUs = this.#options.clock.nowUs();
    if (this.#fault !== null) {
      if (nowUs - this.#triedUs >= RETRY_INTERVAL_US) this.#retry(nowUs);
    } else if (this.#segment !== null && !existsSync(this.#segment.path)) {
      // Writes to a file without a name succeed, and nobody will ever read them.
      const fault = new TapeError('missing', this.#segment.path, 'is gone: recording has stopped.');
      this.#pause(fault);
      this.#writer = this.#writerWithout(fault, this.#handOver());
    } else {
      const { bytes, events } = this.#writer;
      const isOld = nowUs - this.#segmentStartUs >= this.#bounds.durationMs * 1_000;
      if (bytes >= this.#bounds.bytes || (isOld && events > 0)) this.#rotate();
    }
    this.#drop();
  }

  #rotate(): void {
    const tape = this.#segment!.name;
    const { events } = this.#writer;
    const state = this.#handOver();
    // What could not be written at the very end would lie between the two.
    this.#writer =
      this.#fault === null ? this.#begin(state, { tape, events }) : this.#writerWithout(this.#fault, state);
  }

  #retry(nowUs: number): void {
    const fault = this.#fault!;
    this.#triedUs = nowUs;
    try {
      if (!existsSync(this.folder)) {
        this.#lock.release();
        this.#lock = takeFolder(this.folder);
      }
    } catch (error) {
      if (error instanceof TapeError) return;
      throw error;
    }
    const state = this.#handOver();
    this.#writer = this.#begin(state, null);
    if (this.#fault === fault) {
      this.#fault = null;
      this.#options.onNotice(`Recording goes on in ${this.#segment!.path}.`);
    }
  }

  /** Ends the writer, keeps what it has made, and takes over what it knows. */
  #handOver(): TapeState {
    const state = this.#writer.handOver();
    this.#before = this.#counts();
    const { bytes, events, span } = this.#writer;
    const segment = this.#segment;
    this.#segment = null;
    if (segment === null) return state;
    if (span === null || events === 0) this.#remove(segment.path);
    else if (existsSync(segment.path)) {
      this.#finished.push({ ...segment, ...span, bytes });
      this.#packer.add(segment.path);
    }
    return state;
  }

  /** The writer of a new segment; one that only follows the market where that cannot be made. */
  #begin(from: TapeState, follows: TapeFollows | null): TapeWriter {
    const { clock, sources, storage } = this.#options;
    const segment = segmentFile(this.folder, (this.#last += 1));
    this.#segmentStartUs = clock.nowUs();
    const { path } = segment;
    try {
      const { writer } = openTapeWriter(path, {
        clock,
        from,
        ...(sources === undefined ? {} : { sources }),
        ...(follows === null ? {} : { follows }),
        ...(storage === undefined ? {} : { storage }),
        onFault: (fault) => this.#pause(fault),
      });
      this.#segment = segment;
      return writer;
    } catch (error) {
      const fault = systemFault(path, 'written', error);
      this.#remove(path);
      this.#pause(fault);
      return this.#writerWithout(fault, from);
    }
  }

  #writerWithout(fault: TapeError, from: TapeState): TapeWriter {
    return writerOn(new FailedStorage(fault), this.#options.clock, from);
  }

  /** Says it once, however often it is tried again. */
  #pause(fault: TapeError): void {
    const isNews = this.#fault === null;
    this.#fault = fault;
    this.#triedUs = this.#options.clock.nowUs();
    if (isNews && !this.#isClosed)
      this.#options.onNotice(`The tape pauses, and is tried again every 30 s: ${fault.message}`);
  }

  #drop(): void {
    const { ageMs, bytes } = this.#options.retention;
    const oldestUs = this.#options.clock.nowUs() - ageMs * 1_000;
    for (let held = this.#bytes(); this.#finished.length > 0;) {
      const oldest = this.#finished[0]!;
      if (oldest.toTimeUs >= oldestUs && held <= bytes) return;
      held -= oldest.bytes;
      this.#finished.shift();
      const fault = this.#remove(oldest.path);
      if (fault !== null) this.#options.onNotice(fault.message);
    }
  }

  /** Why it could not; null when it is gone. */
  #remove(path: string): TapeError | null {
    try {
      rmSync(path, { force: true });
      return null;
    } catch (error) {
      return systemFault(path, 'written', error);
    }
  }

  #counts(): { events: number; lost: number; refused: number } {
    const { events, lost, refused } = this.#writer;
    const before = this.#before;
    return { events: before.events + events, lost: before.lost + lost, refused: before.refused + refused };
  }

  #bytes(): number {
    return this.#finished.reduce((sum, { bytes }) => sum + bytes, 0) + this.#writer.bytes;
  }

  #fromTimeUs(): UnixUs | null {
    const oldest = this.#finished.find(({ fromTimeUs }) => fromTimeUs === fromTimeUs);
    if (oldest !== undefined) return unixUs(oldest.fromTimeUs);
    return this.#writer.events > 0 ? (this.#writer.span?.fromTimeUs ?? null) : null;
  }
}

/** @throws TapeError */
function takeFolder(folder: string): TapeLock {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw systemFault(folder, 'written', error);
  }
  return TapeLock.take(join(folder, LOCK_NAME));
}
