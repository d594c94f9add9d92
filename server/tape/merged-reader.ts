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
import { activityRuns } from './activity-runs.ts';
import { addedSeconds, secondRuns } from './file/second-runs.ts';
import { MergedStates, type MergedSource } from './merged-states.ts';
import type { RecordedState, RecordingReader } from './ports.ts';
import { InstrumentList } from './rolling/instrument-list.ts';

/** Times that are asked of a recording in one go. */
const TIMES = 256;

/** A place in the merged recording: the event that comes next stands first in the heap. */
interface Walk {
  index: number;
  readonly heap: CursorHeap;
}

/**
 * Several recordings as one, by replay time. Where events of two happened at the same time, those of the recording that was named first come
 * first, and within a recording its own order stands. Instruments of the same venue and symbol are one. Nothing is copied: a place in it is a
 * place in each of them. Invariant: the order depends on the recordings and the order in which they are named alone.
 */
export class MergedReader implements RecordingReader {
  readonly instruments: readonly InstrumentDefinition[];
  readonly events: number;
  readonly firstTimeUs: UnixUs;
  readonly lastTimeUs: UnixUs;
  readonly #sources: readonly MergedSource[];
  readonly #states: MergedStates;
  /** Where the last play ended. */
  #played: Walk | null = null;
  /** Where the last look at a time was: looks at one event after the other cost as little as playing them. */
  #looked: Walk | null = null;

  constructor(readers: readonly RecordingReader[]) {
    invariant(readers.length > 0, 'something is merged');
    const list = new InstrumentList();
    for (const reader of readers) for (const definition of reader.instruments) list.add(definition);
    this.#sources = readers.map((reader) => ({ reader, mapping: list.mapping(reader.instruments) }));
    this.instruments = list.definitions;
    this.events = readers.reduce((sum, reader) => sum + reader.events, 0);
    this.firstTimeUs = unixUs(Math.min(...readers.map((reader) => reader.firstTimeUs)));
    this.lastTimeUs = unixUs(Math.max(...readers.map((reader) => reader.lastTimeUs)));
    this.#states = new MergedStates(this.#sources, {
      placesOf: (index) => this.#placesOf(index),
      indexOf: (source, at) => this.#indexOf(source, at),
    });
  }

  get resets(): readonly number[] {
    return this.#states.resets;
  }

  get holes(): number {
    return this.#states.holes;
  }

  keyframeBefore(event: number): RecordedState | null {
    return this.#states.before(event);
  }

  timeOfEvent(index: number): UnixUs {
    invariant(index >= 0 && index < this.events, 'an event has a number from 0 to events - 1');
    const near = this.#looked;
    const walk =
      near !== null && near.index <= index && index - near.index <= TIMES ? near : this.#walkFrom(index);
    this.#looked = walk;
    for (; walk.index < index; walk.index += 1) {
      walk.heap.first.pass();
      walk.heap.sink();
    }
    return unixUs(walk.heap.first.timeUs);
  }

  indexAt(timeUs: number): number {
    return this.#sources.reduce((sum, { reader }) => sum + reader.indexAt(timeUs), 0);
  }

  play(fromIndex: number, toIndex: number, onEvent: (event: MarketEvent) => void): void {
    invariant(fromIndex >= 0 && toIndex <= this.events, 'only events that exist can be played');
    if (fromIndex >= toIndex) return;
    const walk = this.#played?.index === fromIndex ? this.#played : this.#walkFrom(fromIndex);
    // A listener that throws leaves it between two events.
    this.#played = null;
    const { heap } = walk;
    for (; walk.index < toIndex; walk.index += 1) {
      heap.first.playOne(onEvent);
      heap.sink();
    }
    this.#played = walk;
  }

  density(silenceUs: number): EventDensity[] {
    const parts = this.#sources.map(({ reader }) => reader.seconds?.() ?? null);
    return parts.every((part) => part !== null)
      ? secondRuns(addedSeconds(parts), silenceUs)
      : activityRuns(this, silenceUs);
  }

  gapMarks(): GapMark[] {
    return this.#sources.flatMap(({ reader, mapping }) =>
      (reader.gapMarks?.() ?? []).map((mark) => {
        if (mark.instrument === undefined) return mark;
        return { ...mark, instrument: instrumentId(mapping.ids[mark.instrument]!) };
      }),
    );
  }

  #walkFrom(index: number): Walk {
    const places = this.#placesOf(index);
    const cursors = this.#sources.map((source, order) => new Cursor(source, order, places[order]!));
    return { index, heap: new CursorHeap(cursors) };
  }

  /** Number, among all, of an event of one recording, or of what comes behind its last. */
  #indexOf(source: number, at: number): number {
    const { reader } = this.#sources[source]!;
    if (at >= reader.events) return at === 0 ? 0 : this.#indexOf(source, at - 1) + 1;
    const timeUs = reader.timeOfEvent(at);
    return this.#sources.reduce((sum, { reader: other }, order) => {
      if (order === source) return sum + at;
      return sum + other.indexAt(order < source ? timeUs : timeUs - 1);
    }, 0);
  }

  /** Time up to which `count` events have happened. */
  #timeBefore(count: number): number {
    let low = this.firstTimeUs - 1;
    let high: number = this.lastTimeUs;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.indexAt(middle) >= count) high = middle;
      else low = middle;
    }
    return high;
  }

  /** How many events of each recording are among the first n. */
  #placesOf(index: number): number[] {
    if (index === 0) return this.#sources.map(() => 0);
    const timeUs = this.#timeBefore(index);
    const places = this.#sources.map(({ reader }) => reader.indexAt(timeUs - 1));
    let left = index - places.reduce((sum, place) => sum + place, 0);
    for (const [order, { reader }] of this.#sources.entries()) {
      const more = Math.min(left, reader.indexAt(timeUs) - places[order]!);
      places[order]! += more;
      left -= more;
    }
    return places;
  }
}

/** The next event of one recording. */
class Cursor {
  at: number;
  /** Replay time of the event at `at`; infinite at the end. */
  timeUs: number;
  readonly order: number;
  readonly #source: MergedSource;
  readonly #times = new Float64Array(TIMES);
  /** Number of the event whose time stands first. */
  #timesFrom = -1;

  constructor(source: MergedSource, order: number, at: number) {
    this.#source = source;
    this.order = order;
    this.at = at;
    this.timeUs = this.#time();
  }

  playOne(onEvent: (event: MarketEvent) => void): void {
    const { reader, mapping } = this.#source;
    reader.play(this.at, this.at + 1, (event) => {
      event.instrument = instrumentId(mapping.ids[event.instrument]!);
      onEvent(mapping.scales.apply(event));
    });
    this.pass();
  }

  /** Leaves the event out. */
  pass(): void {
    this.at += 1;
    this.timeUs = this.#time();
  }

  #time(): number {
    const { reader } = this.#source;
    if (this.at >= reader.events) return Number.POSITIVE_INFINITY;
    if (this.#timesFrom < 0 || this.at >= this.#timesFrom + TIMES) {
      this.#timesFrom = this.at;
      const to = Math.min(reader.events, this.at + TIMES);
      for (let index = this.at; index < to; index += 1)
        this.#times[index - this.at] = reader.timeOfEvent(index);
    }
    return this.#times[this.at - this.#timesFrom]!;
  }
}

/** Cursors with the earliest first; of equal times the one that was named first. */
class CursorHeap {
  readonly #heap: Cursor[];

  constructor(cursors: readonly Cursor[]) {
    // A sorted list is a heap.
    this.#heap = [...cursors].sort((one, other) => (isBefore(one, other) ? -1 : 1));
  }

  get first(): Cursor {
    return this.#heap[0]!;
  }

  /** Puts the first one, whose time has risen, into its place. */
  sink(): void {
    const heap = this.#heap;
    const moved = heap[0]!;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && isBefore(heap[right]!, heap[left]!) ? right : left;
      if (isBefore(moved, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = moved;
  }
}

function isBefore(one: Cursor, other: Cursor): boolean {
  return one.timeUs < other.timeUs || (one.timeUs === other.timeUs && one.order < other.order);
}
