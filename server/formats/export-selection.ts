import type {
  BarEvent,
  BookEvent,
  InstrumentDefinition,
  MarketEvent,
  QuoteEvent,
  TradeEvent,
} from '#protocol';
import type { RecordingReader } from '../tape/ports.ts';
import type { ExportKind, ExportScope } from './export-options.ts';
import { TradeBars } from './trade-bars.ts';

/** Events that are handed out before the caller is asked whether it wants more. */
const EVENTS_A_STEP = 2_048;

/** Events that a recording can hold. */
export type ExportedEvent = TradeEvent | QuoteEvent | BookEvent | BarEvent;

/** Which kind an export is of when nobody says and it can hold one only: the first of these that the recording has. */
export function mainKind(recording: RecordingReader): ExportKind {
  const kinds: readonly ExportKind[] = ['trade', 'quote', 'bar', 'book'];
  const found = new Set<string>();
  for (let from = 0; from < recording.events && !found.has('trade'); from += EVENTS_A_STEP)
    recording.play(from, Math.min(recording.events, from + EVENTS_A_STEP), ({ type }) => found.add(type));
  return kinds.find((kind) => found.has(kind)) ?? 'trade';
}

/** The events that an export takes of a recording, in their order, bars that trades make among them. Holds no event. */
export class ExportSelection {
  readonly recording: RecordingReader;
  readonly #scope: ExportScope;
  /** By the number of the instrument. */
  readonly #isWanted: readonly boolean[];
  #hasBars: readonly boolean[] | null = null;

  constructor(recording: RecordingReader, scope: ExportScope) {
    const { symbols } = scope;
    this.recording = recording;
    this.#scope = scope;
    this.#isWanted = recording.instruments.map((one) => symbols === null || symbols.matches(one));
  }

  get instruments(): readonly InstrumentDefinition[] {
    return this.recording.instruments.filter((_, id) => this.#isWanted[id]);
  }

  /** Hands out a few thousand events at each step: whoever steps sets the pace. The event object is used again. */
  *steps(write: (event: ExportedEvent) => void): Generator<void, void, undefined> {
    const { recording } = this;
    const { channel, fromUs, toUs } = this.#scope;
    const barSeconds = channel?.barSeconds ?? null;
    const made = barSeconds === null ? null : new TradeBars(barSeconds, write);
    if (made !== null) this.#hasBars ??= instrumentsWithBars(recording, barSeconds!);
    const take = (event: MarketEvent): void => {
      if (event.type === 'statistics' || this.#isWanted[event.instrument] !== true) return;
      if (made !== null && event.type === 'trade') {
        if (this.#hasBars![event.instrument] !== true) made.trade(event);
      } else if (channel === null || event.type === channel.kind) {
        if (event.type !== 'bar' || barSeconds === null || event.intervalSeconds === barSeconds) write(event);
      }
    };
    const end = Number.isFinite(toUs) ? recording.indexAt(toUs - 1) : recording.events;
    let from = Number.isFinite(fromUs) ? recording.indexAt(fromUs - 1) : 0;
    for (; from < end; from += EVENTS_A_STEP) {
      recording.play(from, Math.min(end, from + EVENTS_A_STEP), take);
      yield;
    }
    made?.finish();
  }

  /** All of them at once. */
  each(write: (event: ExportedEvent) => void): void {
    const steps = this.steps(write);
    while (steps.next().done !== true);
  }
}

/** Which instruments have bars of a length themselves. Costs one pass over the recording. */
function instrumentsWithBars(recording: RecordingReader, seconds: number): boolean[] {
  const found: boolean[] = [];
  recording.play(0, recording.events, (event) => {
    if (event.type === 'bar' && event.intervalSeconds === seconds) found[event.instrument] = true;
  });
  return found;
}
