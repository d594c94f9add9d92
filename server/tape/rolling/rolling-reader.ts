import {
  TAPE_NAME,
  invariant,
  unixUs,
  type EventDensity,
  type GapMark,
  type InstrumentDefinition,
  type MarketEvent,
  type UnixUs,
} from '#protocol';
import type { TapeFollows } from '../file/file-header.ts';
import type { Keyframe } from '../file/keyframe.ts';
import { addedSeconds, secondRuns, type Second } from '../file/second-runs.ts';
import { TapeError } from '../file/tape-error.ts';
import { InstrumentList } from './instrument-list.ts';
import { OpenSegment } from './open-segment.ts';
import type { GrowingReader } from './ports.ts';
import { segmentsIn, type SegmentFile } from './segment-files.ts';

/** Segments beside the newest that are kept open, and memory for decoded blocks of each. */
const OPEN_MAX = 4;
const CACHE_BYTES = 16_777_216;

export interface RollingReaderOptions {
  /** Memory for decoded blocks of each of at most five open segments, bytes. */
  cacheBytes?: number;
}

interface Segment extends SegmentFile {
  /** Number of its first event. */
  readonly from: number;
  events: number;
  /** Replay time of the last event before it: no later one is let out earlier. */
  readonly floorUs: number;
  fromTimeUs: number;
  toTimeUs: number;
  /** Whether its state is what the events before it lead to. */
  continues: boolean;
  /** Events of it before which the state begins anew because some before them cannot be read; its own numbers. */
  resets: readonly number[];
  /** Blocks of it that are known to be damaged. */
  holes: number;
  seconds: readonly Second[];
  /** Gaps of it; null = it may get more, and is asked each time. */
  gaps: readonly GapMark[] | null;
}

/**
 * The segments of a rolling tape as one recording, in any process and while they are written. Not the writer, and no copy: files are
 * opened when they are asked for, and few at a time. Invariant: a number means the same event for as long as the reader lives.
 */
export class RollingReader implements GrowingReader {
  readonly #folder: string;
  readonly #cacheBytes: number;
  readonly #list = new InstrumentList();
  #segments: Segment[] = [];
  /** By number of the segment, the one used last at the end. */
  readonly #open = new Map<number, OpenSegment>();
  #firstEvent = 0;
  #events = 0;
  /** Replay time of the last event that is gone. */
  #floorUs = 0;
  #holes = 0;

  private constructor(folder: string, cacheBytes: number) {
    this.#folder = folder;
    this.#cacheBytes = cacheBytes;
  }

  /** An empty folder, or none, is a recording without events. @throws TapeError where the folder cannot be read */
  static open(folder: string, options: RollingReaderOptions = {}): RollingReader {
    const reader = new RollingReader(folder, options.cacheBytes ?? CACHE_BYTES);
    reader.#takeNewestInstruments();
    reader.refresh();
    return reader;
  }

  get instruments(): readonly InstrumentDefinition[] {
    return this.#list.definitions;
  }

  get units(): number {
    return this.#list.changes;
  }

  get events(): number {
    return this.#events;
  }

  get firstEvent(): number {
    return this.#firstEvent;
  }

  get firstTimeUs(): UnixUs {
    const first = this.#segments.find(({ events }) => events > 0);
    return unixUs(first === undefined ? 0 : Math.max(first.floorUs, first.fromTimeUs));
  }

  get lastTimeUs(): UnixUs {
    return unixUs(this.#segments.length === 0 ? 0 : endUs(this.#segments.at(-1)!));
  }

  get resets(): readonly number[] {
    return this.#segments.flatMap(({ continues, events, from, resets }, at) => {
      if (events === 0) return [];
      const inside = resets.filter((event) => event > 0 && event < events).map((event) => from + event);
      return continues && at > 0 ? inside : [from, ...inside];
    });
  }

  get holes(): number {
    return this.#holes;
  }

  timeOfEvent(index: number): UnixUs {
    invariant(index >= 0 && index < this.#events, 'an event has a number from 0 to events - 1');
    const segment = this.#segmentOf(index);
    if (segment === undefined || index < segment.from) return this.firstTimeUs;
    const timeUs = this.#use(segment)?.tape.timeOfEvent(index - segment.from) ?? segment.toTimeUs;
    return unixUs(Math.max(segment.floorUs, timeUs));
  }

  indexAt(timeUs: number): number {
    const segment = this.#segments.find((candidate) => candidate.events > 0 && endUs(candidate) > timeUs);
    if (segment === undefined) return this.#events;
    if (timeUs < segment.floorUs) return segment.from;
    return segment.from + (this.#use(segment)?.tape.indexAt(timeUs) ?? 0);
  }

  play(fromIndex: number, toIndex: number, onEvent: (event: MarketEvent) => void): void {
    invariant(fromIndex >= 0 && toIndex <= this.#events, 'only events that exist can be played');
    for (const segment of [...this.#segments]) {
      const from = Math.max(fromIndex - segment.from, 0);
      const to = Math.min(toIndex - segment.from, segment.events);
      if (from >= to) continue;
      const open = this.#use(segment);
      if (open === null) this.#pass(segment);
      else {
        open.play(from, to, onEvent);
        if (open.tape.holes > segment.holes) this.#tear(segment, open);
      }
    }
  }

  density(silenceUs: number): EventDensity[] {
    const seconds = this.seconds();
    return seconds.length === 0 ? [] : secondRuns(seconds, silenceUs);
  }

  seconds(): Second[] {
    const newest = this.#segments.at(-1);
    return addedSeconds(
      this.#segments.map((segment) =>
        segment === newest ? (this.#use(segment)?.seconds() ?? []) : segment.seconds,
      ),
    );
  }

  gapMarks(): GapMark[] {
    return this.#segments.flatMap((segment, at) => {
      const before = this.#segments[at - 1];
      const own = segment.gaps ?? this.#use(segment)?.gapMarks() ?? [];
      if (before === undefined || segment.continues || segment.events === 0) return own;
      const fromTimeUs = unixUs(endUs(before));
      const toTimeUs = unixUs(Math.max(fromTimeUs, segment.fromTimeUs));
      return [{ feed: TAPE_NAME, fromTimeUs, toTimeUs, reason: 'recording' as const }, ...own];
    });
  }

  keyframeBefore(event: number): Keyframe | null {
    let at = this.#segments.findLastIndex(({ from }) => from <= event);
    for (; at >= 0; at -= 1) {
      const segment = this.#segments[at]!;
      const keyframe = this.#use(segment)?.keyframeBefore(Math.min(event - segment.from, segment.events));
      if (keyframe !== null && keyframe !== undefined) {
        keyframe.event += segment.from;
        keyframe.timeUs = unixUs(Math.max(segment.floorUs, keyframe.timeUs));
        return keyframe;
      }
      if (!segment.continues) return null;
    }
    return null;
  }

  refresh(): boolean {
    const before = this.#events;
    // The list first: whoever begins a segment has finished the one before.
    const files = segmentsIn(this.#folder);
    this.#takeNewest();
    const last = this.#segments.at(-1)?.number ?? 0;
    const fresh = files.filter(({ number }) => number > last);
    this.#dropGone(new Set(files.map(({ number }) => number)), fresh.length > 0);
    for (const file of fresh) this.#add(file);
    return this.#events > before;
  }

  close(): void {
    for (const open of this.#open.values()) open.close();
    this.#open.clear();
    this.#segments = [];
  }

  /** So that the list begins as the live one does: who goes back in time finds each row where it was. */
  #takeNewestInstruments(): void {
    for (const { path } of segmentsIn(this.#folder).toReversed()) {
      try {
        const newest = new OpenSegment(path, this.#list, this.#cacheBytes);
        newest.close();
        if (newest.tape.instruments.length > 0) return;
      } catch (error) {
        if (!(error instanceof TapeError)) throw error;
      }
    }
  }

  #takeNewest(): void {
    const newest = this.#segments.at(-1);
    if (newest === undefined) return;
    const open = this.#use(newest);
    if (open === null) return;
    open.refresh();
    this.#measure(newest, open);
  }

  #measure(segment: Segment, { tape }: OpenSegment): void {
    this.#events += tape.events - segment.events;
    segment.events = tape.events;
    segment.fromTimeUs = tape.firstTimeUs;
    segment.toTimeUs = tape.lastTimeUs;
    if (tape.resets.length > segment.resets.length) segment.resets = tape.resets;
  }

  #add(file: SegmentFile): void {
    let open: OpenSegment;
    try {
      open = new OpenSegment(file.path, this.#list, this.#cacheBytes);
    } catch (error) {
      // Deleted meanwhile, only begun, or no tape: then the next look, or nobody, finds something in it.
      if (error instanceof TapeError) return;
      throw error;
    }
    const before = this.#segments.at(-1);
    if (before !== undefined) {
      const last = this.#use(before);
      before.seconds = last?.seconds() ?? [];
      before.gaps = last?.gapMarks() ?? [];
    }
    const segment: Segment = {
      ...file,
      from: this.#events,
      events: 0,
      floorUs: before === undefined ? this.#floorUs : endUs(before),
      fromTimeUs: 0,
      toTimeUs: 0,
      continues: before !== undefined && isFollowed(before, open.tape.map.header?.follows),
      resets: [],
      holes: 0,
      seconds: [],
      gaps: null,
    };
    this.#segments.push(segment);
    this.#measure(segment, open);
    this.#keep(segment.number, open);
  }

  #dropGone(there: ReadonlySet<number>, hasNewer: boolean): void {
    const isGone = ({ number }: Segment, at: number): boolean =>
      !there.has(number) && (at < this.#segments.length - 1 || hasNewer);
    let gone = 0;
    while (gone < this.#segments.length && isGone(this.#segments[gone]!, gone)) gone += 1;
    for (const segment of this.#segments.splice(0, gone)) {
      this.#open.get(segment.number)?.close();
      this.#open.delete(segment.number);
      this.#firstEvent = segment.from + segment.events;
      this.#floorUs = endUs(segment);
    }
  }

  /** Blocks of it turned out to be damaged. */
  #tear(segment: Segment, { tape }: OpenSegment): void {
    segment.holes = tape.holes;
    segment.resets = [...new Set([...segment.resets, ...tape.resets])].sort((one, other) => one - other);
    this.#holes += 1;
    this.#pass(segment);
  }

  /** Events of it that were to be played are gone: what follows is known from its own begin alone. */
  #pass(segment: Segment): void {
    const next = this.#segments[this.#segments.indexOf(segment) + 1];
    if (next === undefined || !next.continues) return;
    next.continues = false;
    this.#holes += 1;
  }

  #segmentOf(index: number): Segment | undefined {
    return this.#segments.findLast(({ from, events }) => from <= index && events > 0) ?? this.#segments[0];
  }

  /** Null when it cannot be read any more. */
  #use(segment: Segment): OpenSegment | null {
    const held = this.#open.get(segment.number);
    if (held !== undefined) {
      this.#open.delete(segment.number);
      this.#open.set(segment.number, held);
      return held;
    }
    try {
      const open = new OpenSegment(segment.path, this.#list, this.#cacheBytes);
      this.#keep(segment.number, open);
      return open;
    } catch (error) {
      if (error instanceof TapeError) return null;
      throw error;
    }
  }

  #keep(number: number, open: OpenSegment): void {
    this.#open.set(number, open);
    const newest = this.#segments.at(-1)!.number;
    for (const [oldest, held] of this.#open) {
      if (this.#open.size <= OPEN_MAX + 1) return;
      if (oldest === newest || oldest === number) continue;
      held.close();
      this.#open.delete(oldest);
    }
  }
}

function endUs({ floorUs, toTimeUs }: Segment): number {
  return Math.max(floorUs, toTimeUs);
}

function isFollowed({ name, events }: Segment, follows: TapeFollows | undefined): boolean {
  return follows !== undefined && follows.tape === name && follows.events === events;
}
