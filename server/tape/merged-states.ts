import { invariant } from '#protocol';
import { scaleKeyframe, type KeyframeInstrument } from './file/keyframe.ts';
import { MarketMirror } from './file/market-mirror.ts';
import type { RecordedState, RecordingReader } from './ports.ts';
import type { InstrumentMapping } from './rolling/instrument-list.ts';

/** One of the recordings that play as one. */
export interface MergedSource {
  readonly reader: RecordingReader;
  readonly mapping: InstrumentMapping;
}

/** Events that are played behind a recording's own keyframe at most: five times what a tape of ours needs. */
const PLAYED_MAX = 65_536;

/** How the events of several recordings lie in their one order. */
export interface MergedOrder {
  /** How many events of each recording are among the first `index` of all. */
  placesOf(index: number): readonly number[];
  /** Number, among all, of the event `at` of a recording. */
  indexOf(source: number, at: number): number;
}

/**
 * What is known at a place of several recordings that play as one, from what each of them knows there. Not a player: nothing is kept between
 * two questions but where the state begins anew. Invariant: an answer is what playing all of them up to there leads to.
 *
 * Of an instrument that several recordings have, each of its two sides (trades and bars; quotes and book) is known where one recording alone
 * tells it. Where a recording begins after another one of the same instrument has ended, the instrument begins anew with it: the sums of a
 * day are not those of the day before.
 */
export class MergedStates {
  readonly #sources: readonly MergedSource[];
  readonly #order: MergedOrder;
  #begun: readonly number[] | null = null;
  #resets: { readonly holes: number; readonly list: readonly number[] } | null = null;

  constructor(sources: readonly MergedSource[], order: MergedOrder) {
    this.#sources = sources;
    this.#order = order;
  }

  /** Number, among all, of the first event of each. Looked up for who asks for a state: an export of a hundred tapes does not. */
  get #begins(): readonly number[] {
    return (this.#begun ??= this.#sources.map((_, source) => this.#order.indexOf(source, 0)));
  }

  get holes(): number {
    return this.#sources.reduce((sum, { reader }) => sum + (reader.holes ?? 0), 0);
  }

  /** Numbers of events before which the state begins anew, as far as it is known there. */
  get resets(): readonly number[] {
    const { holes } = this;
    if (this.#resets?.holes !== holes) {
      const places = this.#sources.flatMap(({ reader }, source) => [
        ...(this.#beginsAnew(source) ? [this.#begins[source]!] : []),
        ...(reader.resets ?? []).map((event) => this.#order.indexOf(source, event)),
      ]);
      const known = [...new Set(places)].filter((event) => this.#at(event) !== null);
      this.#resets = { holes, list: known.sort((one, other) => one - other) };
    }
    return this.#resets.list;
  }

  /** The state at the last place up to `event` where it is known without playing everything; null = nowhere. */
  before(event: number): RecordedState | null {
    const exact = this.#at(event);
    if (exact !== null) return exact;
    const earlier = new Set([...this.#begins, ...this.resets].filter((place) => place < event));
    for (const place of [...earlier].sort((one, other) => other - one)) {
      const state = this.#at(place);
      if (state !== null) return state;
    }
    return null;
  }

  /** Whether a recording brings a state of its own, or follows one of the same instruments that has ended. */
  #beginsAnew(source: number): boolean {
    const begin = this.#begins[source]!;
    if (begin === 0) return false;
    const { reader } = this.#sources[source]!;
    if ((reader.keyframeBefore?.(0)?.instruments.length ?? 0) > 0) return true;
    const places = this.#order.placesOf(begin);
    return this.#sources.some(
      (other, before) =>
        before !== source && places[before] === other.reader.events && this.#areAlike(before, source),
    );
  }

  #areAlike(one: number, other: number): boolean {
    const ids = new Set(this.#sources[one]!.mapping.ids);
    return this.#sources[other]!.mapping.ids.some((id) => ids.has(id));
  }

  /** Null where it is not known. */
  #at(event: number): RecordedState | null {
    const places = this.#order.placesOf(event);
    const begun = [...this.#begins.keys()].filter((source) => this.#begins[source]! <= event);
    const known = new Map<number, KeyframeInstrument>();
    for (const source of begun) {
      const states = stateOf(this.#sources[source]!, places[source]!);
      if (states === null) return null;
      const gone = this.#gone(source, begun);
      for (const state of states) {
        if (gone.has(state.instrument)) continue;
        const before = known.get(state.instrument);
        const joined = before === undefined ? state : joinedState(before, state);
        if (joined === null) return null;
        known.set(state.instrument, joined);
      }
    }
    return { event, instruments: [...known.values()] };
  }

  /** Instruments of a recording that had ended when another one that has begun by now took them up. */
  #gone(source: number, begun: readonly number[]): Set<number> {
    const { events } = this.#sources[source]!.reader;
    const later = begun.filter(
      (other) => other !== source && this.#order.placesOf(this.#begins[other]!)[source] === events,
    );
    return new Set(later.flatMap((other) => this.#sources[other]!.mapping.ids));
  }
}

/** What a recording alone leads to after its first `place` events, in the units and ids of all; null where that takes too long. */
function stateOf({ reader, mapping }: MergedSource, place: number): KeyframeInstrument[] | null {
  const keyframe = reader.keyframeBefore?.(place) ?? null;
  const from = keyframe?.event ?? 0;
  if (place - from > PLAYED_MAX) return null;
  const mirror = new MarketMirror();
  mirror.reserve(reader.instruments.length);
  mirror.load((keyframe?.instruments ?? []) as readonly KeyframeInstrument[]);
  reader.play(from, place, (event) => mirror.onEvent(event));
  const states = mirror.capture();
  for (const state of states) {
    const id = state.instrument;
    scaleKeyframe(state, mapping.price[id]!, mapping.size[id]!);
    state.instrument = mapping.ids[id]!;
  }
  return states;
}

const TRADED = ['last', 'lastSize', 'volume', 'tradeTimeUs', 'high', 'low', 'open'] as const;
const QUOTED = ['bid', 'bidSize', 'ask', 'askSize'] as const;

const isTraded = (state: KeyframeInstrument): boolean =>
  state.trades > 0 || state.bars.length > 0 || TRADED.some((field) => state[field] === state[field]);
const isQuoted = (state: KeyframeInstrument): boolean =>
  state.book !== null || QUOTED.some((field) => state[field] === state[field]);

/** What two recordings know of one instrument; null where both tell the same side of it. */
function joinedState(one: KeyframeInstrument, other: KeyframeInstrument): KeyframeInstrument | null {
  if (isTraded(one) && isTraded(other)) return null;
  if (isQuoted(one) && isQuoted(other)) return null;
  invariant(one.instrument === other.instrument, 'states of one instrument are joined');
  const traded = isTraded(one) ? one : other;
  const { bid, bidSize, ask, askSize, book } = isQuoted(one) ? one : other;
  return { ...traded, bid, bidSize, ask, askSize, book };
}
