import { encodeInstrumentsMessage, instrumentId, type QuoteColumns, type ReferenceColumns } from '#protocol';
import { Packr } from 'msgpackr';
import { createSimulation } from '../../../server/feeds/simulated/simulation.ts';
import { FrameReader } from '../frame-reader.ts';
import { namedUpdate, type NamedUpdate } from '../named-fields.ts';
import { QuoteMarket, TICK_US } from '../quote-market.ts';

export const START_US = 1_750_000_000_000_000;
/** As `npm start` does it. */
export const SYMBOLS = 40;
/** The market has traded for this long before the first tick is kept, s: references were set in production's way. */
const SETTLED_S = 70;

/** One tick of the market, in every form, with values of its own: nothing is measured on the same numbers again and again. */
export interface Tick {
  /** What the viewer is told of the dictionary before the frame. */
  readonly instruments: readonly Uint8Array[];
  readonly frame: Uint8Array;
  readonly ids: readonly number[];
  readonly bits: readonly number[];
  readonly columns: QuoteColumns;
  /** What the frame is written against. */
  readonly reference: ReferenceColumns;
  readonly updates: readonly NamedUpdate[];
  readonly texts: readonly string[];
  readonly packed: readonly Uint8Array[];
}

export interface RecordedTicks {
  readonly ticks: readonly Tick[];
  /** The whole dictionary as it was before the first tick. */
  readonly dictionary: Uint8Array;
  /** Only its references, to begin with the first tick again. */
  readonly references: Uint8Array;
}

const packr = new Packr({ useRecords: false, variableMapSize: true });

function copyColumns(columns: QuoteColumns): QuoteColumns {
  return Object.fromEntries(
    Object.entries(columns).map(([field, values]: [string, Float64Array]) => [field, values.slice()]),
  ) as unknown as QuoteColumns;
}

/** The dictionary of now, as a client is sent it. */
function dictionaryMessages({ engine: { dictionary } }: QuoteMarket): Omit<RecordedTicks, 'ticks'> {
  const ids = dictionary.ids();
  const entries = ids.map((id) => dictionary.entryBytes(id));
  return {
    dictionary: encodeInstrumentsMessage(dictionary.generation, entries, []),
    references: encodeInstrumentsMessage(dictionary.generation, [], dictionary.references(ids)),
  };
}

/** What one viewer of all instruments is sent in `count` ticks of a simulated market. */
export function recordTicks(count: number, eventsPerSecond: number, smoke: boolean): RecordedTicks {
  const ticks: Tick[] = [];
  const told: Uint8Array[] = [];
  const simulation = createSimulation({
    seed: 1,
    symbols: SYMBOLS,
    eventsPerSecond,
    startTimeUs: START_US,
  });
  let before: Omit<RecordedTicks, 'ticks'> | null = null;
  const onFrame = (frame: Uint8Array): void => {
    const ids: number[] = [];
    const bits: number[] = [];
    reader.read(frame, (id, entryBits) => {
      ids.push(id);
      bits.push(entryBits);
    });
    if (before === null) return;
    const { dictionary } = market.engine;
    const columns = copyColumns(reader.columns);
    const updates = ids.map((id, index) =>
      namedUpdate(dictionary.definition(instrumentId(id)), id, bits[index]!, columns),
    );
    ticks.push({
      instruments: told.splice(0),
      frame,
      ids,
      bits,
      columns,
      reference: { price: dictionary.reference.price.slice(), volume: dictionary.reference.volume.slice() },
      updates,
      texts: updates.map((update) => JSON.stringify(update)),
      packed: updates.map((update) => Uint8Array.from(packr.pack(update))),
    });
  };
  const market = new QuoteMarket(START_US, onFrame, (message) => told.push(message));
  const reader = new FrameReader(market.engine, START_US);
  simulation.define(market);
  simulation.emitFirst(market);
  market.watch(START_US);
  const settledUs = START_US + (smoke ? 1 : SETTLED_S) * 1_000_000;
  for (let nowUs = START_US + TICK_US; before === null || ticks.length < count; nowUs += TICK_US) {
    if (nowUs > settledUs && before === null) {
      before = dictionaryMessages(market);
      told.length = 0;
    }
    simulation.advance(nowUs, market);
    market.tick(nowUs);
  }
  return { ticks, ...before };
}
