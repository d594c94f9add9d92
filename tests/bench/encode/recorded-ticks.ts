import { encodeServerMessage, instrumentId, invariant, type QuoteColumns } from '#protocol';
import { Packr } from 'msgpackr';
import { createSimulation } from '../../../server/feeds/simulated/simulation.ts';
import { FrameReader } from '../frame-reader.ts';
import { namedUpdate, type NamedUpdate } from '../named-fields.ts';
import { QuoteMarket, TICK_US } from '../quote-market.ts';

export const START_US = 1_750_000_000_000_000;
/** As `npm start` does it. */
export const SYMBOLS = 40;
/** The market has traded for this long before the first tick is kept, s: the references have been set once in production's way. */
const SETTLED_S = 70;

/** One tick of the market, in every form, with values of its own: nothing is measured on the same numbers again and again. */
export interface Tick {
  readonly frame: Uint8Array;
  readonly ids: readonly number[];
  readonly bits: readonly number[];
  readonly columns: QuoteColumns;
  readonly updates: readonly NamedUpdate[];
  readonly texts: readonly string[];
  readonly packed: readonly Uint8Array[];
}

export interface RecordedTicks {
  readonly ticks: readonly Tick[];
  readonly market: QuoteMarket;
  /** The dictionary against which all kept frames are written, as a client is sent it. */
  readonly instruments: Uint8Array;
}

const packr = new Packr({ useRecords: false, variableMapSize: true });

function copyColumns(columns: QuoteColumns): QuoteColumns {
  return Object.fromEntries(
    Object.entries(columns).map(([field, values]: [string, Float64Array]) => [field, values.slice()]),
  ) as unknown as QuoteColumns;
}

function wholeDictionary({ engine: { dictionary } }: QuoteMarket): Uint8Array {
  const entries = Array.from({ length: dictionary.size }, (_, id) => dictionary.entry(instrumentId(id)));
  const { generation } = dictionary;
  const message = encodeServerMessage({ type: 'instruments', generation, entries }, 'binary');
  invariant(typeof message !== 'string', 'a binary message is bytes');
  return message;
}

/** What one viewer of all instruments is sent in `count` ticks of a simulated market. */
export function recordTicks(count: number, eventsPerSecond: number, smoke: boolean): RecordedTicks {
  const ticks: Tick[] = [];
  const simulation = createSimulation({
    seed: 1,
    symbols: SYMBOLS,
    eventsPerSecond,
    startTimeUs: START_US,
  });
  let keeping = false;
  const market = new QuoteMarket(START_US, (frame) => {
    const ids: number[] = [];
    const bits: number[] = [];
    reader.read(frame, (id, entryBits) => {
      ids.push(id);
      bits.push(entryBits);
    });
    if (!keeping) return;
    const columns = copyColumns(reader.columns);
    const updates = ids.map((id, index) =>
      namedUpdate(market.engine.dictionary.definition(instrumentId(id)), id, bits[index]!, columns),
    );
    ticks.push({
      // A copy: the hub may use its buffer again.
      frame: frame.slice(),
      ids,
      bits,
      columns,
      updates,
      texts: updates.map((update) => JSON.stringify(update)),
      packed: updates.map((update) => Uint8Array.from(packr.pack(update))),
    });
  });
  const reader = new FrameReader(market.engine, START_US);
  simulation.define(market);
  simulation.emitFirst(market);
  market.watch(START_US);
  const settledUs = START_US + (smoke ? 1 : SETTLED_S) * 1_000_000;
  let generation = -1;
  for (let nowUs = START_US + TICK_US; ticks.length < count; nowUs += TICK_US) {
    if (nowUs > settledUs && !keeping) {
      keeping = true;
      ({ generation } = market.engine.dictionary);
    }
    simulation.advance(nowUs, market);
    market.tick(nowUs);
  }
  invariant(generation === market.engine.dictionary.generation, 'the kept ticks share one dictionary');
  return { ticks, market, instruments: wholeDictionary(market) };
}
