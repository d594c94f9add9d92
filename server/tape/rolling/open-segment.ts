import { instrumentId, type GapMark, type MarketEvent } from '#protocol';
import { scaleKeyframe, type Keyframe } from '../file/keyframe.ts';
import type { Second } from '../file/second-runs.ts';
import { TapeReader } from '../file/tape-reader.ts';
import { tapeSeconds } from '../file/tape-seconds.ts';
import type { InstrumentList, InstrumentMapping } from './instrument-list.ts';

/** A segment's file, open, told with the instruments and units of the whole rolling tape. Event numbers are those of the segment. */
export class OpenSegment {
  readonly tape: TapeReader;
  readonly #list: InstrumentList;
  #mapping: InstrumentMapping | null = null;
  #revision = -1;
  #changes = -1;

  /** @throws TapeError */
  constructor(path: string, list: InstrumentList, cacheBytes: number) {
    this.tape = TapeReader.open(path, { mayBeEmpty: true, cacheBytes, order: 'recorded' });
    this.#list = list;
    this.#takeInstruments();
  }

  /** Takes in what was appended. */
  refresh(): void {
    this.tape.refresh();
    this.#takeInstruments();
  }

  play(from: number, to: number, onEvent: (event: MarketEvent) => void): void {
    const { ids, scales } = this.#mapped();
    this.tape.play(from, to, (event) => {
      event.instrument = instrumentId(ids[event.instrument]!);
      onEvent(scales.apply(event));
    });
  }

  keyframeBefore(event: number): Keyframe | null {
    const keyframe = this.tape.keyframeBefore(event);
    if (keyframe === null) return null;
    const { ids, price, size } = this.#mapped();
    for (const state of keyframe.instruments) {
      const id = state.instrument;
      scaleKeyframe(state, price[id]!, size[id]!);
      state.instrument = ids[id]!;
    }
    return keyframe;
  }

  gapMarks(): GapMark[] {
    const { ids } = this.#mapped();
    return this.tape.gapMarks().map((mark) => {
      if (mark.instrument === undefined) return mark;
      return { ...mark, instrument: instrumentId(ids[mark.instrument]!) };
    });
  }

  seconds(): Second[] {
    return tapeSeconds(this.tape.map);
  }

  close(): void {
    this.tape.close();
  }

  #takeInstruments(): void {
    const revision = this.tape.dictionaries.latest?.revision ?? 0;
    if (revision === this.#revision) return;
    this.#revision = revision;
    this.#mapping = null;
    for (const definition of this.tape.instruments) this.#list.add(definition);
  }

  #mapped(): InstrumentMapping {
    if (this.#mapping === null || this.#changes !== this.#list.changes) {
      this.#changes = this.#list.changes;
      this.#mapping = this.#list.mapping(this.tape.instruments);
    }
    return this.#mapping;
  }
}
