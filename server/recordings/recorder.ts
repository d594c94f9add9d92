import { rmSync } from 'node:fs';
import {
  instrumentId,
  type GapMark,
  type InstrumentDefinition,
  type InstrumentId,
  type MarketEvent,
  type UnixUs,
} from '#protocol';
import type { Engine } from '../engine/engine.ts';
import type { Cancel, Clock } from '../engine/ports.ts';
import type { SelectorSet } from '../engine/selector.ts';
import { openTapeWriter } from '../tape/file/open-tape-writer.ts';
import { TapeError } from '../tape/file/tape-error.ts';
import { stateOf } from '../tape/file/tape-state.ts';
import type { TapeWriter } from '../tape/file/tape-writer.ts';
import type { EventTap, EventTaps } from '../timelines/event-taps.ts';
import { engineState } from './engine-state.ts';

/** The live market, for whoever records it. */
export interface LiveMarket {
  readonly engine: Engine;
  readonly taps: EventTaps;
  /** Wants instruments as a viewer does, for feeds that deliver on demand. Absent where they deliver all the time. */
  readonly hold?: (instruments: readonly InstrumentId[]) => Cancel;
}

export interface RecorderOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly live: LiveMarket;
  readonly selectors: SelectorSet;
  /** Names of the feeds. */
  readonly sources: readonly string[];
  /** When it is to end; null = when it is told to. */
  readonly untilUs: UnixUs | null;
  /** It cannot go on: told once. The recording is closed then. */
  readonly onFault: (fault: TapeError) => void;
}

/**
 * Writes one recording of the live market, of some instruments or of all, from now until it is stopped. Not the rolling tape: nothing of
 * it is dropped. It begins with what the engine knows at that moment. Instruments that come later are taken in when they are selected.
 */
export class Recorder implements EventTap {
  readonly path: string;
  readonly untilUs: UnixUs | null;
  readonly sources: readonly string[];
  readonly #selectors: SelectorSet;
  readonly #writer: TapeWriter;
  /** Id in the tape by id of the engine; undefined = not selected. */
  readonly #ids: (InstrumentId | undefined)[] = [];
  readonly #holds: Cancel[] = [];
  readonly #hold: NonNullable<LiveMarket['hold']>;
  readonly #leave: Cancel;
  #isClosed = false;

  /** @throws TapeError */
  constructor({ path, clock, live, selectors, sources, untilUs, onFault }: RecorderOptions) {
    const { dictionary } = live.engine;
    const ids = dictionary.ids().filter((id) => selectors.matches(dictionary.definition(id)));
    const definitions = ids.map((id) => dictionary.definition(id));
    this.path = path;
    this.untilUs = untilUs;
    this.sources = sources;
    this.#selectors = selectors;
    this.#writer = openTapeWriter(path, {
      clock,
      sources,
      from: stateOf(definitions, engineState(live.engine, ids), clock.nowUs()),
      onFault,
    }).writer;
    for (const [id, instrument] of ids.entries()) this.#ids[instrument] = instrumentId(id);
    this.#hold = live.hold ?? (() => () => undefined);
    this.#leave = live.taps.add(this);
    this.#holds.push(this.#hold(ids));
  }

  get instruments(): readonly InstrumentDefinition[] {
    return this.#writer.instruments;
  }

  get events(): number {
    return this.#writer.events;
  }

  get bytes(): number {
    return this.#writer.bytes;
  }

  get span(): { fromTimeUs: UnixUs; toTimeUs: UnixUs } | null {
    return this.#writer.span;
  }

  get fault(): TapeError | null {
    return this.#writer.fault;
  }

  onDefine(id: InstrumentId, definition: InstrumentDefinition): void {
    if (!this.#selectors.matches(definition)) return;
    const isNew = this.#ids[id] === undefined;
    this.#ids[id] = this.#writer.define(definition);
    if (isNew) this.#holds.push(this.#hold([id]));
  }

  onEvent(event: MarketEvent): void {
    const { instrument } = event;
    const id = this.#ids[instrument];
    if (id === undefined) return;
    // Lent for the call, and given back as it was: a copy of each event would cost more than writing it.
    event.instrument = id;
    this.#writer.onEvent(event);
    event.instrument = instrument;
  }

  onGap({ instrument, ...mark }: GapMark): void {
    if (instrument === undefined) return this.#writer.gap(mark);
    const id = this.#ids[instrument];
    if (id !== undefined) this.#writer.gap({ ...mark, instrument: id });
  }

  /** Puts what it has into the file. */
  flush(): void {
    if (this.#isClosed || this.#writer.fault !== null) return;
    try {
      this.#writer.flush();
    } catch (error) {
      if (!(error instanceof TapeError)) throw error;
    }
  }

  /**
   * Ends the recording; one without an event leaves no file. False for such a one.
   * @param waits whether to return only when the disk has it all
   */
  close(waits = false): boolean {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#leave();
      for (const cancel of this.#holds) cancel();
      try {
        this.#writer.close(waits);
      } catch (error) {
        // Told already; what was written before is whole.
        if (!(error instanceof TapeError)) throw error;
      }
      if (this.#writer.events === 0) this.#remove();
    }
    return this.#writer.events > 0;
  }

  #remove(): void {
    try {
      rmSync(this.path, { force: true });
    } catch {
      // A disk that refuses keeps an empty tape: it is in the list, and can be deleted there.
    }
  }
}
