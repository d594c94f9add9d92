import {
  decodeServerFrame,
  invariant,
  readFrameHead,
  readQuotes,
  timeAt,
  type DictionaryEntry,
  type Frame,
  type NumberSource,
  type QuoteColumns,
  type ReferenceColumns,
  type ServerMessage,
  type TimelineClock,
} from '#protocol';
import { emptyQuoteColumns, grow, growQuoteColumns } from '../../../server/engine/columns.ts';
import type { Engine } from '../../../server/engine/engine.ts';

/** What a frame turned out to be. */
export type FrameContent = { message: ServerMessage } | { kind: number; updates: number };

/**
 * Reads frames as any client would, from what the server told it alone, so that the baselines carry exactly the updates that our
 * frames carry. It holds no more than it needs for that: no books, no trades, no resume.
 */
export class FrameMirror {
  readonly columns: QuoteColumns = emptyQuoteColumns();
  readonly entries: DictionaryEntry[] = [];
  readonly #reference: ReferenceColumns = { price: new Float64Array(0), volume: new Float64Array(0) };
  #clock: TimelineClock | null = null;
  #generation = -1;

  /** Takes a frame in; calls back once an entry of a quote frame, when its values are in the columns. */
  read(frame: Frame, onEntry: (id: number, bits: number) => void = () => undefined): FrameContent {
    const decoded = decodeServerFrame(frame);
    if ('data' in decoded) return this.#data(decoded.data, onEntry);
    this.#message(decoded.message);
    return decoded;
  }

  /** After a tick both ends hold the same prices and sizes; a benchmark of frames that lose something would be worthless. */
  checkSame({ state, dictionary }: Engine): void {
    for (const field of ['last', 'bid', 'bidSize', 'ask', 'askSize', 'high', 'low', 'volume'] as const) {
      for (let id = 0; id < dictionary.size; id += 1) {
        const same = Object.is(state.columns[field][id], this.columns[field][id]);
        invariant(same, `${field} of instrument ${id} came through the frames unchanged`);
      }
    }
  }

  #message(message: ServerMessage): void {
    if (message.type === 'welcome' || message.type === 'timeline') this.#clock = message.clock;
    if (message.type !== 'instruments') return;
    this.#generation = message.generation;
    for (const entry of message.entries) {
      this.entries[entry.id] = entry;
      this.#refer(entry.id, entry.referencePrice, entry.referenceVolume);
    }
    const { references = [] } = message;
    for (let at = 0; at < references.length; at += 3)
      this.#refer(references[at]!, references[at + 1]!, references[at + 2]!);
  }

  #refer(id: number, price: number, volume: number): void {
    growQuoteColumns(this.columns, id + 1);
    this.#reference.price = grow(this.#reference.price, id + 1, 0);
    this.#reference.volume = grow(this.#reference.volume, id + 1, 0);
    this.#reference.price[id] = price;
    this.#reference.volume[id] = volume;
  }

  #data(source: NumberSource, onEntry: (id: number, bits: number) => void): FrameContent {
    const { kind, asOf, generation } = readFrameHead(source);
    invariant(this.#clock !== null, 'a clock comes before the first frame');
    invariant(generation === this.#generation, 'a generation is announced before its first frame');
    let updates = 0;
    const timeUs = timeAt(this.#clock, asOf);
    readQuotes(source, this.columns, this.#reference, timeUs, this.entries.length, (id, bits) => {
      updates += 1;
      onEntry(id, bits);
    });
    return { kind, updates };
  }
}
