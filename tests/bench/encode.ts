// What does it cost to turn one changed instrument into bytes, and to take it in at the other end?
import {
  BinaryNumbers,
  QUOTE_BYTES_MAX,
  instrumentId,
  readFrameHead,
  readQuotes,
  writeQuote,
  type QuoteColumns,
} from '#protocol';
import { Packr, Unpackr } from 'msgpackr';
import { emptyQuoteColumns, growQuoteColumns } from '../../server/engine/columns.ts';
import { createSimulation } from '../../server/feeds/simulated/simulation.ts';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.ts';
import { FrameReader } from './frame-reader.ts';
import { namedUpdate, type NamedUpdate } from './named-fields.ts';
import { QuoteMarket, TICK_US } from './quote-market.ts';
import { cpuNsPerUnit, type Contender } from './rounds.ts';

const START_US = 1_750_000_000_000_000;
const SYMBOLS = 40;
/** As `npm start` does it. */
const EVENTS_PER_SECOND = 1_000;
/** The market has traded for this long before the first tick is kept, s. */
const SETTLED_S = 70;

/** One tick of the market, in every form, with values of its own: nothing is measured on the same numbers again and again. */
interface Tick {
  readonly frame: Uint8Array;
  readonly ids: readonly number[];
  readonly bits: readonly number[];
  readonly columns: QuoteColumns;
  readonly updates: readonly NamedUpdate[];
  readonly texts: readonly string[];
  readonly packed: readonly Uint8Array[];
}

const packr = new Packr({ useRecords: false, variableMapSize: true });
const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true });

function copyColumns(columns: QuoteColumns): QuoteColumns {
  return Object.fromEntries(
    Object.entries(columns).map(([field, values]: [string, Float64Array]) => [field, values.slice()]),
  ) as unknown as QuoteColumns;
}

function recordTicks(count: number, settledS: number): { ticks: Tick[]; market: QuoteMarket } {
  const ticks: Tick[] = [];
  const simulation = createSimulation({
    seed: 1,
    symbols: SYMBOLS,
    eventsPerSecond: EVENTS_PER_SECOND,
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
      frame,
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
  for (let nowUs = START_US + TICK_US; ticks.length < count; nowUs += TICK_US) {
    keeping = nowUs > START_US + settledS * 1_000_000;
    simulation.advance(nowUs, market);
    market.tick(nowUs);
  }
  return { ticks, market };
}

/** Results that nobody reads could be optimised away: every pass leaves something here. */
let kept = 0;

function encoders(ticks: readonly Tick[], market: QuoteMarket): Contender[] {
  const { reference } = market.engine.dictionary;
  const out = new Uint8Array(SYMBOLS * QUOTE_BYTES_MAX);
  const each = (encodeTick: (tick: Tick) => void) => () => {
    let updates = 0;
    for (const tick of ticks) {
      encodeTick(tick);
      updates += tick.ids.length;
    }
    return updates;
  };
  return [
    {
      name: 'ours',
      run: each(({ ids, bits, columns }) => {
        let at = 0;
        for (let index = 0; index < ids.length; index += 1)
          at = writeQuote(out, at, ids[index]!, bits[index]!, columns, reference, START_US);
        kept += at;
      }),
    },
    {
      name: 'JSON.stringify of an object',
      run: each(({ updates }) => {
        for (const update of updates) kept += JSON.stringify(update).length;
      }),
    },
    {
      name: 'msgpackr.pack of an object',
      run: each(({ updates }) => {
        for (const update of updates) kept += packr.pack(update).length;
      }),
    },
  ];
}

function decoders(ticks: readonly Tick[], market: QuoteMarket): Contender[] {
  const { reference, size } = market.engine.dictionary;
  const columns = emptyQuoteColumns();
  growQuoteColumns(columns, size);
  const applied = new Map<string, NamedUpdate>();
  const apply = (update: NamedUpdate): void => {
    const held = applied.get(update.symbol);
    if (held === undefined) applied.set(update.symbol, update);
    else Object.assign(held, update);
  };
  const each = (decodeTick: (tick: Tick) => void) => () => {
    let updates = 0;
    for (const tick of ticks) {
      decodeTick(tick);
      updates += tick.ids.length;
    }
    return updates;
  };
  return [
    {
      name: 'ours',
      run: each(({ frame }) => {
        const numbers = new BinaryNumbers(frame);
        kept += readFrameHead(numbers).asOf;
        readQuotes(numbers, columns, reference, START_US, size, (id) => {
          kept += id;
        });
      }),
    },
    {
      name: 'JSON.parse and assign',
      run: each(({ texts }) => {
        for (const text of texts) apply(JSON.parse(text) as NamedUpdate);
      }),
    },
    {
      name: 'msgpackr.unpack and assign',
      run: each(({ packed }) => {
        for (const bytes of packed) apply(unpackr.unpack(bytes) as NamedUpdate);
      }),
    },
  ];
}

export const encode: Benchmark = {
  name: 'encode',
  question: 'What does an update cost to encode, and to decode and apply?',
  async run({ smoke, seconds }: BenchOptions): Promise<BenchResult[]> {
    const { ticks, market } = recordTicks(smoke ? 20 : 200, smoke ? 1 : SETTLED_S);
    const length = { rounds: smoke ? 1 : 7, roundMs: smoke ? 10 : (seconds ?? 0.3) * 1000 };
    const results: BenchResult[] = [];
    for (const [name, contenders] of [
      ['encode: one changed instrument', encoders(ticks, market)],
      ['encode: decode and apply one update', decoders(ticks, market)],
    ] as const) {
      const times = await cpuNsPerUnit(contenders, length);
      const ours = times.get('ours')!;
      for (const { name: baselineName } of contenders.slice(1)) {
        const baseline = times.get(baselineName)!;
        results.push({ name, unit: 'CPU ns/update', better: 'lower', ours, baseline, baselineName });
      }
    }
    return results;
  },
};
