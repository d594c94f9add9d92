import {
  GAP_REASONS,
  instrumentId,
  instrumentKey,
  unixUs,
  type FeedState,
  type GapMark,
  type InstrumentDefinition,
  type InstrumentId,
  type MarketEvent,
  type UnixUs,
} from '#protocol';
import type { Cancel, EventSink } from '../../engine/ports.ts';
import { BLOCK_DICTIONARY, BLOCK_EVENTS, BLOCK_KEYFRAME, BLOCK_NOTES } from './block-head.ts';
import { ByteColumn } from './byte-column.ts';
import { commonIncrement, stepsIn } from './common-increment.ts';
import { encodeDictionary, type DefinedInstrument } from './dictionary-content.ts';
import { EventEncoder } from './event-encoder.ts';
import type { EventScales } from './event-scales.ts';
import type { IndexBuilder } from './index-builder.ts';
import { encodeKeyframe, type KeyframeInstrument } from './keyframe.ts';
import { MarketMirror } from './market-mirror.ts';
import { encodeNotes, NOTE_ANEW, type TapeNote } from './note-content.ts';
import { isRecordable } from './recordable.ts';
import { TapeBlocks, type BlockPlace } from './tape-blocks.ts';
import { TapeError } from './tape-error.ts';
import type { TapeState } from './tape-state.ts';
import type { TapeStorage } from './tape-storage.ts';
import type { TapeWriterOptions } from './tape-writer-options.ts';

/** A block is closed when it has this many events, or this many bytes before packing. */
export const BLOCK_EVENTS_MAX = 8_192;
export const BLOCK_RAW_BYTES_MAX = 524_288;
/** Events between two looks at the size of the block. */
const LOOK_EVENTS = 64;
/** From one keyframe to the next: at least this many events, and so many bytes that keyframes are no more than an eighth of a tape. */
const KEYFRAME_EVENTS_MIN = 4_096;
const KEYFRAME_SHARE = 8;
/** Whatever it weighs: playing this many events is the longest seek. */
const KEYFRAME_EVENTS_MAX = 12_288;

/**
 * Appends to a tape. Not the way to open one: `openTapeWriter` is. Invariant: the file is whole blocks at any time a call returns; what was
 * written is never written again, and after a fault nothing more is.
 */
export class TapeWriter implements EventSink {
  readonly #options: TapeWriterOptions;
  readonly #storage: TapeStorage;
  readonly #blocks: TapeBlocks;
  readonly #mirror: MarketMirror | null;
  readonly #index: IndexBuilder;
  readonly #encoder = new EventEncoder();
  readonly #content = new ByteColumn();
  readonly #ids = new Map<string, InstrumentId>();
  readonly #instruments: DefinedInstrument[];
  readonly #scales: EventScales;
  readonly #timers: Cancel[] = [];
  readonly #notes: TapeNote[] = [];
  #revision: number;
  #writtenRevision: number;
  #events: number;
  /** Replay time of the last event. */
  #timeUs: number;
  /** Replay time of the first event that this writer took. */
  #beganUs = Number.NaN;
  /** Replay time of the first event of the block. */
  #fromTimeUs = 0;
  #keyframeEvent: number;
  #keyframeBytes = 0;
  #bytesSinceKeyframe = 0;
  readonly #flushIntervalUs: number;
  #fault: TapeError | null = null;
  #refused = 0;
  #lost = 0;
  #isClosed = false;

  constructor(options: TapeWriterOptions) {
    const { storage, clock, position, mirror, flushIntervalMs, syncIntervalMs } = options;
    this.#options = options;
    this.#storage = storage;
    this.#blocks = new TapeBlocks(storage, options.index, position.sequence, position.indexOffset);
    this.#mirror = mirror;
    this.#scales = options.scales;
    this.#index = options.index;
    this.#instruments = position.instruments;
    for (const [id, { definition }] of position.instruments.entries())
      this.#ids.set(instrumentKey(definition), instrumentId(id));
    this.#revision = position.revision;
    this.#writtenRevision = position.revision;
    this.#events = position.events;
    this.#timeUs = position.timeUs;
    this.#keyframeEvent = position.events;
    this.#flushIntervalUs = flushIntervalMs > 0 ? flushIntervalMs * 1_000 : Number.POSITIVE_INFINITY;
    if (flushIntervalMs > 0)
      this.#timers.push(clock.every(flushIntervalMs, () => this.#attempt(() => this.#seal())));
    if (syncIntervalMs > 0) this.#timers.push(clock.every(syncIntervalMs, () => storage.syncSoon()));
  }

  /** Events of the tape, those in memory included while they may still be written. */
  get events(): number {
    return this.#fault === null ? this.#events + this.#encoder.events : this.#events;
  }

  /** Replay times of the first event that this writer took and of the last; null before there is one. */
  get span(): { fromTimeUs: UnixUs; toTimeUs: UnixUs } | null {
    if (Number.isNaN(this.#beganUs)) return null;
    return { fromTimeUs: unixUs(this.#beganUs), toTimeUs: unixUs(this.#timeUs) };
  }

  /** By their id, as they are defined now. */
  get instruments(): InstrumentDefinition[] {
    return this.#instruments.map(({ definition }) => definition);
  }

  /** Bytes of the file. */
  get bytes(): number {
    return this.#storage.size;
  }

  /** Why recording has stopped; null while it goes on. */
  get fault(): TapeError | null {
    return this.#fault;
  }

  /** Events with values that no tape can hold, or of no known instrument. */
  get refused(): number {
    return this.#refused;
  }

  /** Events that came after a fault, or were in memory at that time. */
  get lost(): number {
    return this.#lost;
  }

  define(definition: InstrumentDefinition): InstrumentId {
    const key = instrumentKey(definition);
    const known = this.#ids.get(key);
    if (known === undefined) {
      const id = instrumentId(this.#instruments.length);
      this.#revision += 1;
      this.#ids.set(key, id);
      this.#instruments.push({ definition, since: this.#revision });
      this.#mirror?.reserve(this.#instruments.length);
      return id;
    }
    const before = this.#instruments[known]!.definition;
    // A tape's units only ever become finer, so that every value it holds can be told in the last of them.
    const kept = {
      ...definition,
      tick: commonIncrement(before.tick, definition.tick),
      lot: commonIncrement(before.lot, definition.lot),
    };
    this.#scales.set(known, stepsIn(definition.tick, kept.tick), stepsIn(definition.lot, kept.lot));
    if (JSON.stringify(before) !== JSON.stringify(kept)) {
      // What is in the block was counted in the units of the definition before.
      this.#attempt(() => this.#seal());
      this.#revision += 1;
      this.#instruments[known] = { definition: kept, since: this.#revision };
      this.#mirror?.rescale(known, stepsIn(before.tick, kept.tick), stepsIn(before.lot, kept.lot));
    }
    return known;
  }

  onEvent(given: MarketEvent): void {
    const event = this.#scales.apply(given);
    if (this.#instruments[given.instrument] === undefined || !isRecordable(event)) {
      this.#refused += 1;
      return;
    }
    if (this.#fault !== null || this.#isClosed) {
      this.#lost += 1;
      // The tape that comes after a fault begins with the state of its moment.
      this.#mirror?.onEvent(event);
      return;
    }
    const { receiveTimeUs } = event;
    const encoder = this.#encoder;
    if (this.events === 0 || receiveTimeUs > this.#timeUs) this.#timeUs = receiveTimeUs;
    if (encoder.events === 0) {
      this.#fromTimeUs = this.#timeUs;
      if (this.#beganUs !== this.#beganUs) this.#beganUs = this.#timeUs;
    }
    encoder.take(event);
    this.#mirror?.onEvent(event);
    this.#index.addEvent(given.instrument, this.#timeUs);
    const { events } = encoder;
    // Where the process is too busy for its timers, the events tell that it is time.
    if (this.#timeUs - this.#fromTimeUs >= this.#flushIntervalUs) return this.#attempt(() => this.#seal());
    if (events >= BLOCK_EVENTS_MAX || (events % LOOK_EVENTS === 0 && encoder.bytes >= BLOCK_RAW_BYTES_MAX))
      this.#attempt(() => this.#seal());
  }

  onState(state: FeedState, message: string): void {
    this.note({ kind: 'feed', text: message, state });
  }

  /** Keeps a word about the recording where it stands: a feed that changed, a gap. */
  note(note: Omit<TapeNote, 'event' | 'timeUs'>): void {
    this.#notes.push({ ...note, event: this.events, timeUs: this.#options.clock.nowUs() });
  }

  /** Keeps a gap of the market's data, whose instrument is an id of this tape. */
  gap(mark: GapMark): void {
    if (this.#fault === null && !this.#isClosed)
      this.note({ kind: 'gap', text: GAP_REASONS[mark.reason], ...mark });
  }

  /** Puts everything into the file. @throws TapeError when that cannot be done, now or earlier */
  flush(): void {
    this.#attempt(() => this.#seal());
    if (this.#fault !== null) throw this.#fault;
  }

  /** Writes the state that a tape begins with. Called once, before any event. */
  begin(): void {
    this.#attempt(() => {
      this.#writeDictionary(this.#revision > 0);
      this.#writeKeyframe();
    });
  }

  /** From here on the state is this and what follows from it, whatever was before ([TF30]). */
  beginAnew(known: readonly KeyframeInstrument[]): void {
    this.#attempt(() => {
      this.#seal();
      this.note({ kind: NOTE_ANEW, text: 'The state begins anew here.' });
      this.#seal();
      this.#mirror?.replace(known);
      this.#writeDictionary(this.#revision > this.#writtenRevision);
      this.#writeKeyframe();
    });
  }

  /**
   * Writes what is left and the index, and lets go of the file.
   * @param waits whether to return only when the disk has it all, which may take long; else it is asked to, and the writer is done
   * @throws TapeError
   */
  close(waits = true): void {
    if (this.#isClosed) return;
    this.#end(true, waits);
    if (this.#fault !== null) throw this.#fault;
  }

  /** Closes the tape without a keyframe at its end, since the next one begins with it, and without a wait for the disk. Never throws. */
  handOver(): TapeState {
    this.#end(false, false);
    const definitions = this.instruments;
    const mirror = this.#mirror ?? new MarketMirror();
    mirror.reserve(definitions.length);
    return { definitions, mirror, scales: this.#scales, timeUs: this.#timeUs };
  }

  #end(keepsState: boolean, waits: boolean): void {
    if (this.#isClosed) return;
    this.#attempt(() => {
      this.#seal();
      if (keepsState && this.#events > this.#keyframeEvent) this.#writeKeyframe();
      this.#writeIndex();
      this.#blocks.writeFooter(this.#place(0));
      if (waits) this.#storage.syncNow();
      else this.#storage.syncSoon();
    });
    this.#isClosed = true;
    for (const cancel of this.#timers) cancel();
    this.#storage.close();
    this.#options.onClose();
  }

  /** Runs a write; at a fault the file is cut back to its last whole block, and recording ends. */
  #attempt(write: () => void): void {
    if (this.#fault !== null || this.#isClosed) return;
    const before = this.events;
    try {
      write();
    } catch (error) {
      if (!(error instanceof TapeError)) throw error;
      this.#fault = error;
      this.#lost += before - this.#events;
      for (const cancel of this.#timers) cancel();
      this.#blocks.cut();
      this.#options.onFault(error);
    }
  }

  /** Writes what waits as blocks. */
  #seal(): void {
    if (this.#encoder.events > 0) {
      this.#writeDictionary(this.#revision > this.#writtenRevision);
      const { events } = this.#encoder;
      this.#encoder.seal(this.#content);
      const content = this.#content.bytes;
      this.#bytesSinceKeyframe += this.#write(BLOCK_EVENTS, content, events);
      this.#content.clear();
      if (this.#isKeyframeDue()) this.#writeKeyframe();
    }
    if (this.#notes.length > 0) this.#write(BLOCK_NOTES, encodeNotes(this.#notes.splice(0)));
    if (this.#blocks.isIndexDue) this.#writeIndex();
  }

  #isKeyframeDue(): boolean {
    const events = this.#events - this.#keyframeEvent;
    if (events < KEYFRAME_EVENTS_MIN) return false;
    return events >= KEYFRAME_EVENTS_MAX || this.#bytesSinceKeyframe >= KEYFRAME_SHARE * this.#keyframeBytes;
  }

  #writeKeyframe(): void {
    if (this.#mirror === null) return;
    this.#keyframeBytes = this.#write(BLOCK_KEYFRAME, encodeKeyframe(this.#mirror.capture()));
    this.#keyframeEvent = this.#events;
    this.#bytesSinceKeyframe = 0;
  }

  #writeDictionary(isDue: boolean): void {
    if (!isDue) return;
    const dictionary = { revision: this.#revision, instruments: this.#instruments };
    this.#write(BLOCK_DICTIONARY, encodeDictionary(dictionary));
    this.#writtenRevision = this.#revision;
  }

  /** With a copy of the dictionary, so that the loss of one costs nothing. */
  #writeIndex(): void {
    this.#writeDictionary(this.#revision > 0);
    this.#blocks.writeIndex(this.#place(0));
  }

  /** Bytes that the block takes in the file. */
  #write(kind: number, content: Uint8Array, events = 0): number {
    const bytes = this.#blocks.write(kind, content, this.#place(events));
    this.#events += events;
    return bytes;
  }

  #place(events: number): BlockPlace {
    return {
      firstEvent: this.#events,
      events,
      revision: this.#revision,
      fromTimeUs: events > 0 ? this.#fromTimeUs : this.#timeUs,
      toTimeUs: this.#timeUs,
    };
  }
}
