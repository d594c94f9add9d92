import { existsSync, rmSync } from 'node:fs';
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
import { makeFolder } from '../../make-folder.ts';
import type { TapeFollows } from '../file/file-header.ts';
import { openTapeWriter, writerOn } from '../file/open-tape-writer.ts';
import { systemFault, TapeError } from '../file/tape-error.ts';
import { LockWatch, MISSED_SIGNS_MAX } from '../file/lock-watch.ts';
import { SIGN_INTERVAL_MS, TapeLock, type LockLook } from '../file/tape-lock.ts';
import { TapePacker } from '../file/tape-packer.ts';
import { emptyState, type TapeState } from '../file/tape-state.ts';
import type { TapeStorage } from '../file/tape-storage.ts';
import type { TapeWriter } from '../file/tape-writer.ts';
import { FailedStorage } from './failed-storage.ts';
import type { LiveTape, RollingTapeStatus, TapeRetention } from './ports.ts';
import { segmentBounds } from './retention.ts';
import { segmentFile, type SegmentFile } from './segment-files.ts';
import { standingSegments, type FinishedSegment } from './standing-segments.ts';

const LOOK_INTERVAL_MS = SIGN_INTERVAL_MS;
const RETRY_INTERVAL_US = 30_000_000;
/** Name of the folder's lock, without `.lock`. */
const LOCK_NAME = 'rolling';
const RETRIES = 'is tried again every 30 s';
const WAITS = 'goes on when its folder can be had';
const LOST = 'was taken over by another server, or its lock was removed.';

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
  /** What takes the folder's lock, for tests. */
  takeLock?: typeof TapeLock.take;
}

/**
 * Records everything that the live engine takes into a folder of segments, each a whole tape, packs those that are finished, and lets the oldest go. Not a recording that
 * is kept: that is one tape of its own. It never throws into the market: where it cannot write it pauses, says so once, and tries again.
 * So it does while its folder is held by a process that nobody here can ask, until that gives no more signs of life.
 *
 * Invariant: ids of its writer are those of the engine, and its writer knows the market's state, whether or not anything can be written.
 */
export class RollingTape implements LiveTape {
  readonly folder: string;
  readonly #options: RollingTapeOptions;
  readonly #bounds: { durationMs: number; bytes: number };
  readonly #timer: Cancel;
  #finished: FinishedSegment[] = [];
  #packer: TapePacker;
  /** Null while another holds the folder. */
  #lock: TapeLock | null = null;
  #watch: LockWatch;
  /** Highest number that a segment was given. */
  #last = 0;
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

  private constructor(options: RollingTapeOptions) {
    this.#options = options;
    this.folder = options.folder;
    this.#packer = this.#newPacker();
    this.#watch = new LockWatch(join(this.folder, LOCK_NAME));
    this.#bounds = segmentBounds(options.retention);
    const fault = this.#claim();
    if (fault === null) this.#writer = this.#begin(emptyState(), null);
    else {
      this.#pause(fault, fault.fault === 'disk-full' ? RETRIES : WAITS);
      this.#writer = this.#writerWithout(fault, emptyState());
    }
    this.#drop();
    this.#timer = options.clock.every(LOOK_INTERVAL_MS, () => this.#look());
  }

  /**
   * Takes the folder, puts in order what a crash left, and begins to record.
   * @throws TapeError where another server of this machine records into it, or it cannot be made
   */
  static open(options: RollingTapeOptions): RollingTape {
    return new RollingTape(options);
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
    this.#lock?.release();
  }

  #look(): void {
    const nowUs = this.#options.clock.nowUs();
    if (this.#lock === null) return this.#wait(nowUs);
    if (!this.#lock.sign(nowUs) && existsSync(this.folder)) return this.#lose();
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
        this.#lock?.release();
        this.#lock = this.#takeFolder(null);
      }
    } catch (error) {
      if (error instanceof TapeError) return;
      throw error;
    }
    this.#goOn(fault);
  }

  #goOn(fault: TapeError): void {
    const state = this.#handOver();
    this.#writer = this.#begin(state, null);
    if (this.#fault === fault) {
      this.#fault = null;
      this.#options.onNotice(`Recording goes on in ${this.#segment!.path}.`);
    }
  }

  /** Looks whether the folder can be had meanwhile. */
  #wait(nowUs: UnixUs): void {
    this.#watch.look();
    if (this.#watch.isBelieved) return;
    if (this.#fault?.fault === 'disk-full' && nowUs - this.#triedUs < RETRY_INTERVAL_US) return;
    this.#triedUs = nowUs;
    try {
      if (this.#claim(this.#watch.silent) === null) this.#goOn(this.#fault!);
    } catch (error) {
      if (!(error instanceof TapeError)) throw error;
    }
  }

  /** The folder is another's now: nothing in it is touched any more. */
  #lose(): void {
    const fault = new TapeError('held-elsewhere', this.folder, LOST);
    this.#pause(fault, WAITS);
    this.#lock = null;
    this.#watch = new LockWatch(join(this.folder, LOCK_NAME));
    this.#packer.close();
    this.#packer = this.#newPacker();
    const state = this.#writer.handOver();
    this.#before = this.#counts();
    this.#segment = null;
    this.#finished = [];
    this.#writer = this.#writerWithout(fault, state);
  }

  /**
   * Takes the folder and puts in order what was left in it. Returns why it cannot be had yet; null when it was.
   * @throws TapeError where it cannot be had at all
   */
  #claim(silent: LockLook | null = null): TapeError | null {
    const { clock, onNotice } = this.#options;
    let lock: TapeLock;
    try {
      lock = this.#takeFolder(silent);
    } catch (error) {
      if (error instanceof TapeError && (error.fault === 'held-elsewhere' || error.fault === 'disk-full'))
        return error;
      throw error;
    }
    if (silent !== null)
      onNotice(`${this.folder}: who held it gave no sign for ${MISSED_SIGNS_MAX} s, and is taken for gone.`);
    try {
      const { finished, last, notice } = standingSegments(this.folder, clock);
      if (notice !== null) onNotice(notice);
      this.#finished = finished;
      this.#last = Math.max(this.#last, last);
      this.#lock = lock;
      return null;
    } catch (error) {
      lock.release();
      throw systemFault(this.folder, 'written', error);
    }
  }

  #newPacker(): TapePacker {
    return new TapePacker(this.#options.clock, (packed, bytes) => {
      const place = this.#finished.findIndex(({ path }) => path === packed);
      if (place >= 0) this.#finished[place] = { ...this.#finished[place]!, bytes };
    });
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
  #pause(fault: TapeError, until = RETRIES): void {
    const isNews = this.#fault === null;
    this.#fault = fault;
    this.#triedUs = this.#options.clock.nowUs();
    if (isNews && !this.#isClosed) this.#options.onNotice(`The tape pauses, and ${until}: ${fault.message}`);
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

  /** @throws TapeError */
  #takeFolder(silent: LockLook | null): TapeLock {
    const { folder } = this;
    try {
      makeFolder(folder);
    } catch (error) {
      throw systemFault(folder, 'written', error);
    }
    const { takeLock = TapeLock.take } = this.#options;
    return takeLock(join(folder, LOCK_NAME), { givesSigns: true, silent });
  }
}
