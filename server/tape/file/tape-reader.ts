import {
  instrumentId,
  invariant,
  unixUs,
  type EventDensity,
  type GapMark,
  type InstrumentDefinition,
  type MarketEvent,
  type UnixUs,
} from '#protocol';
import { activityRuns } from '../activity-runs.ts';
import type { RecordingReader } from '../ports.ts';
import { BlockCache } from './block-cache.ts';
import { BLOCK_DICTIONARY, BLOCK_EVENTS, BLOCK_KEYFRAME, BLOCK_NOTES } from './block-head.ts';
import { busiestFirst } from './busiest-first.ts';
import { MalformedError } from './byte-cursor.ts';
import { applyFactors, EventPlayer, type DecodedEvents } from './decoded-events.ts';
import { decodeDictionary } from './dictionary-content.ts';
import { DictionaryHistory } from './dictionary-history.ts';
import { decodeEvents } from './event-decoder.ts';
import type { PlacedBlock } from './index-content.ts';
import type { EventRun, KeyframePlace } from './placed-runs.ts';
import { firstAfter } from './first-after.ts';
import { decodeKeyframe, scaleKeyframe, type Keyframe, type KeyframeInstrument } from './keyframe.ts';
import type { TapeNote } from './note-content.ts';
import { secondRuns, type Second } from './second-runs.ts';
import { TapeBytes } from './tape-bytes.ts';
import { TapeError } from './tape-error.ts';
import type { TapeGap } from './tape-gap.ts';
import { TapeNotes, tornMark } from './tape-notes.ts';
import { contentOf, extendMap, mapTape, type TapeMap } from './tape-scan.ts';
import { tapeSeconds } from './tape-seconds.ts';

const CACHE_BYTES = 67_108_864;
/** Up to here the density is counted event by event. */
const EXACT_EVENTS_MAX = 20_000;

export interface TapeReaderOptions {
  /** Hold every block against its checksum now, not when it is played. */
  verify?: boolean;
  /** Memory for decoded blocks, bytes. */
  cacheBytes?: number;
  /** A tape that has no event yet is no error. */
  mayBeEmpty?: boolean;
  /** Of its instruments: the busiest first (default), or as whoever recorded it had them. */
  order?: 'busiest' | 'recorded';
}

/** A recording whose player need not begin at the start. */
export interface KeyframedReader extends RecordingReader {
  /** The state after the first n events, for the largest n up to `event` that one was kept for; null when there is none. */
  keyframeBefore(event: number): Keyframe | null;
}

/**
 * A tape as a recording, read from its file block by block. Not a copy of it: memory is bounded by the cache, and a writer may append
 * meanwhile (`refresh`). Invariant: an event that is handed out is one that was written; a block that turns out to be damaged when it is
 * played is passed over and counted, and its events keep their numbers.
 */
export class TapeReader implements KeyframedReader {
  readonly #bytes: TapeBytes;
  readonly #map: TapeMap;
  readonly #dictionaries = new DictionaryHistory();
  readonly #runs: EventRun[] = [];
  readonly #keyframes: KeyframePlace[] = [];
  readonly #notes: TapeNotes;
  readonly #cache: BlockCache;
  readonly #player = new EventPlayer();
  readonly #order: 'busiest' | 'recorded';
  /** Numbers of blocks that were found damaged since the tape was opened. */
  readonly #bad = new Set<number>();
  /** Id of this recording by id of the file, and back. */
  #ids: number[] = [];
  #fileIds: number[] = [];
  #instruments: InstrumentDefinition[] = [];
  #events = 0;
  readonly #gaps: TapeGap[] = [];
  /** Events of the tape up to which the blocks that can be read have been counted. */
  #tapeEvents = 0;
  #mapped = 0;
  #units = 0;
  #lastRun = 0;

  private constructor(bytes: TapeBytes, map: TapeMap, options: TapeReaderOptions) {
    this.#bytes = bytes;
    this.#map = map;
    this.#order = options.order ?? 'busiest';
    this.#notes = new TapeNotes(bytes);
    this.#cache = new BlockCache(options.cacheBytes ?? CACHE_BYTES);
    this.#take();
    this.#number();
  }

  /** @throws TapeError */
  static open(path: string, options: TapeReaderOptions = {}): TapeReader {
    const bytes = new TapeBytes(path);
    try {
      const map = mapTape(bytes, options.verify ?? false);
      const reader = new TapeReader(bytes, map, options);
      if (reader.events === 0 && options.mayBeEmpty !== true)
        throw new TapeError('empty', path, 'holds no event that can be read.');
      return reader;
    } catch (error) {
      bytes.close();
      throw error;
    }
  }

  get instruments(): readonly InstrumentDefinition[] {
    return this.#instruments;
  }

  get events(): number {
    return this.#events;
  }

  get firstTimeUs(): UnixUs {
    return unixUs(this.#runs[0]?.head.fromTimeUs ?? 0);
  }

  get lastTimeUs(): UnixUs {
    return unixUs(this.#runs.at(-1)?.head.toTimeUs ?? 0);
  }

  /** What the file consists of and what is wrong with it. */
  get map(): Readonly<TapeMap> {
    return this.#map;
  }

  get dictionaries(): DictionaryHistory {
    return this.#dictionaries;
  }

  /** Events that were written and cannot be read, so far as it is known. */
  get lostEvents(): number {
    let lost = this.#gaps.reduce((sum, { events }) => sum + events, 0);
    for (const number of this.#bad) lost += this.#runs[number]!.head.events;
    return lost;
  }

  /** Where events are missing, in order. */
  gaps(): TapeGap[] {
    return [...this.#gaps];
  }

  gapMarks(): GapMark[] {
    const torn = this.#gaps.map(tornMark);
    return [...this.notedGaps(), ...torn];
  }

  /** The gaps that its writer was told of. */
  notedGaps(): GapMark[] {
    return this.#notes.gaps((id) => this.#ids[id]);
  }

  timeOfEvent(index: number): UnixUs {
    invariant(index >= 0 && index < this.events, 'an event has a number from 0 to events - 1');
    const number = this.#runOf(index);
    const run = this.#runs[number]!;
    if (index === run.from) return unixUs(run.head.fromTimeUs);
    const block = this.#block(number);
    return unixUs(block === null ? run.head.toTimeUs : block.timeUs[index - run.from]!);
  }

  indexAt(timeUs: number): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#runs[middle]!.head.toTimeUs <= timeUs) low = middle + 1;
      else high = middle;
    }
    const run = this.#runs[low];
    if (run === undefined) return this.events;
    if (timeUs < run.head.fromTimeUs) return run.from;
    const block = this.#block(low);
    return run.from + (block === null ? 1 : firstAfter(block.timeUs, timeUs));
  }

  play(fromIndex: number, toIndex: number, onEvent: (event: MarketEvent) => void): void {
    invariant(fromIndex >= 0 && toIndex <= this.events, 'only events that exist can be played');
    if (fromIndex >= toIndex) return;
    for (let number = this.#runOf(fromIndex); number < this.#runs.length; number += 1) {
      const { from, head } = this.#runs[number]!;
      if (from >= toIndex) return;
      const block = this.#block(number);
      if (block === null) continue;
      const start = Math.max(0, fromIndex - from);
      this.#player.play(block, start, Math.min(head.events, toIndex - from), onEvent);
    }
  }

  density(silenceUs: number): EventDensity[] {
    return this.events <= EXACT_EVENTS_MAX
      ? activityRuns(this, silenceUs)
      : secondRuns(this.seconds(), silenceUs);
  }

  seconds(): Second[] {
    return tapeSeconds(this.#map);
  }

  keyframeBefore(event: number): Keyframe | null {
    let at = this.#keyframes.length - 1;
    while (at >= 0 && this.#keyframes[at]!.event > event) at -= 1;
    for (; at >= 0; at -= 1) {
      const place = this.#keyframes[at]!;
      const instruments = this.#keyframeAt(place);
      if (instruments !== null)
        return { event: place.event, timeUs: unixUs(place.head.toTimeUs), instruments };
    }
    return null;
  }

  /** From an event to the end, with the ids of the file. */
  playAsWritten(fromIndex: number, onEvent: (event: MarketEvent) => void): void {
    this.play(fromIndex, this.events, (event) => {
      event.instrument = instrumentId(this.fileId(event.instrument));
      onEvent(event);
    });
  }

  /** Id in the file of an instrument of this recording. */
  fileId(instrument: number): number {
    return this.#fileIds[instrument]!;
  }

  /** Where the state begins anew: where its writer says so, and at the first keyframe after events that cannot be read. */
  get resets(): readonly number[] {
    const bad = [...this.#bad].map((number) => this.#runs[number + 1]?.from ?? this.#events);
    const after = [...bad, ...this.#gaps.map(({ event }) => event), ...this.#notes.anew()];
    const resets = after.flatMap(
      (event) => this.#keyframes.find((place) => place.event >= event)?.event ?? [],
    );
    return [...new Set(resets)].sort((one, other) => one - other);
  }

  /** Rises when a block is found damaged. */
  get holes(): number {
    return this.#bad.size;
  }

  /** Rises when a definition that was told before has changed. */
  get units(): number {
    return this.#units;
  }

  /** What was noted beside the events, as far as it can be read. */
  notes(): readonly TapeNote[] {
    return this.#notes.all();
  }

  /** Takes in what a writer has appended. True when there are more events. */
  refresh(): boolean {
    const before = this.events;
    extendMap(this.#bytes, this.#map);
    this.#take();
    this.#number();
    return this.events > before;
  }

  close(): void {
    this.#cache.clear();
    this.#bytes.close();
  }

  /** Sorts the blocks that are new on the map. */
  #take(): void {
    const { blocks } = this.#map;
    const fresh = blocks.slice(this.#mapped);
    this.#mapped = blocks.length;
    for (const block of fresh) {
      // The copies of a long tape are many.
      if (block.head.kind !== BLOCK_DICTIONARY || this.#dictionaries.has(block.head.revision)) continue;
      const dictionary = this.#read(() => decodeDictionary(contentOf(this.#bytes, block)));
      if (dictionary === null || !this.#dictionaries.add(dictionary)) continue;
      this.#cache.clear();
      this.#units += 1;
    }
    for (const block of fresh) {
      const { kind, firstEvent, events } = block.head;
      if (firstEvent > this.#tapeEvents) this.#addGap(firstEvent - this.#tapeEvents, block.head.fromTimeUs);
      this.#tapeEvents = Math.max(this.#tapeEvents, firstEvent + events);
      if (kind === BLOCK_EVENTS) this.#addRun(block);
      else if (kind === BLOCK_KEYFRAME) this.#keyframes.push({ ...block, event: this.#events });
      else if (kind === BLOCK_NOTES) this.#notes.add(block, this.#events);
    }
  }

  #addGap(events: number, toTimeUs: number): void {
    const fromTimeUs = this.#runs.length === 0 ? unixUs(toTimeUs) : this.lastTimeUs;
    this.#gaps.push({ event: this.#events, events, fromTimeUs, toTimeUs: unixUs(toTimeUs) });
  }

  #addRun(block: PlacedBlock): void {
    const { events, revision } = block.head;
    if (events === 0) return;
    // Where a definition is lost, whether the block needs it is known from its events only.
    const isSure = this.#dictionaries.view(revision).isKnown.every((known) => known === 1);
    if (!isSure && this.#decode(block) === null) {
      this.#addGap(events, block.head.toTimeUs);
      return;
    }
    this.#runs.push({ ...block, from: this.#events });
    this.#events += events;
  }

  /** Gives new instruments their ids; those that come later stand behind them. */
  #number(): void {
    const { definitions } = this.#dictionaries;
    let fresh = [...definitions.keys()].slice(this.#ids.length);
    if (fresh.length > 0 && this.#ids.length === 0 && this.#order === 'busiest') {
      fresh = busiestFirst(definitions.length, this.#map, this.#runs, (run) => this.#decode(run));
      this.#cache.clear();
    }
    for (const id of fresh) {
      this.#ids[id] = this.#fileIds.length;
      this.#fileIds.push(id);
    }
    this.#instruments = this.#fileIds.map((id) => definitions[id]!);
  }

  #runOf(index: number): number {
    const runs = this.#runs;
    const near = runs[this.#lastRun];
    if (near !== undefined && index >= near.from && index < near.from + near.head.events)
      return this.#lastRun;
    let low = 0;
    let high = runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (runs[middle]!.from <= index) low = middle;
      else high = middle - 1;
    }
    this.#lastRun = low;
    return low;
  }

  /** Null when it cannot be read. */
  #block(number: number): DecodedEvents | null {
    const held = this.#cache.get(number);
    if (held !== undefined) return held;
    if (this.#bad.has(number)) return null;
    const block = this.#decode(this.#runs[number]!);
    if (block === null) {
      this.#bad.add(number);
      return null;
    }
    for (let index = 0; index < block.count; index += 1)
      block.instrument[index] = this.#ids[block.instrument[index]!]!;
    this.#cache.put(number, block);
    return block;
  }

  /** In the units of the whole tape, with the ids of the file. Null when it cannot be read. */
  #decode(block: PlacedBlock): DecodedEvents | null {
    return this.#read(() => {
      const { events, revision, fromTimeUs, toTimeUs } = block.head;
      const view = this.#dictionaries.view(revision);
      const bounds = { events, instruments: view.instruments, fromTimeUs, toTimeUs };
      const decoded = decodeEvents(contentOf(this.#bytes, block), bounds);
      for (const id of decoded.instrument)
        if (view.isKnown[id] === 0) throw new MalformedError('a definition is lost');
      applyFactors(decoded, view);
      return decoded;
    });
  }

  #keyframeAt(place: KeyframePlace): KeyframeInstrument[] | null {
    return this.#read(() => {
      const view = this.#dictionaries.view(place.head.revision);
      const states = decodeKeyframe(contentOf(this.#bytes, place));
      for (const state of states) {
        const id = state.instrument;
        if (view.isKnown[id] !== 1) throw new MalformedError('a definition is lost');
        scaleKeyframe(state, view.price[id]!, view.size[id]!);
        state.instrument = this.#ids[id]!;
      }
      return states;
    });
  }

  #read<Content>(read: () => Content): Content | null {
    try {
      return read();
    } catch (error) {
      if (error instanceof MalformedError) return null;
      throw error;
    }
  }
}
