import {
  BinaryNumbers,
  invariant,
  readFrameHead,
  readQuotes,
  timeAt,
  asOf,
  unixUs,
  type QuoteColumns,
  type UnixUs,
} from '#protocol';
import { emptyQuoteColumns, growQuoteColumns } from '../../server/engine/columns.ts';
import type { Engine } from '../../server/engine/engine.ts';

/** Reads frames back as a client would, so that the baselines carry exactly the updates that our frames carry. */
export class FrameReader {
  readonly columns: QuoteColumns = emptyQuoteColumns();
  readonly #engine: Engine;
  readonly #startUs: UnixUs;

  constructor(engine: Engine, startUs: number) {
    this.#engine = engine;
    this.#startUs = unixUs(startUs);
  }

  /** Calls back once an entry, when its values are in the columns. */
  read(frame: Uint8Array, onEntry: (id: number, bits: number) => void): void {
    const { dictionary } = this.#engine;
    growQuoteColumns(this.columns, dictionary.size);
    const numbers = new BinaryNumbers(frame);
    const head = readFrameHead(numbers);
    const timeUs = timeAt({ asOf: asOf(0), timeUs: this.#startUs, speed: 1 }, head.asOf);
    readQuotes(numbers, this.columns, dictionary.reference, timeUs, dictionary.size, onEntry);
  }

  /** After a tick both ends hold the same prices and sizes; a benchmark of frames that lose something would be worthless. */
  checkSame(): void {
    const { columns } = this.#engine.state;
    for (const field of ['last', 'bid', 'bidSize', 'ask', 'askSize', 'high', 'low', 'volume'] as const) {
      for (let id = 0; id < this.#engine.dictionary.size; id += 1) {
        const same = Object.is(columns[field][id], this.columns[field][id]);
        invariant(same, `${field} of instrument ${id} came through the frames unchanged`);
      }
    }
  }
}
