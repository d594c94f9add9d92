// What does it cost to take in a busy market, before anybody is served?
import type { MarketEvent } from '#protocol';
import { createSimulation, type Simulation } from '../../server/feeds/simulated/simulation.ts';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.ts';
import { EmitterMarket } from './emitter-market.ts';
import { EventBatch } from './event-batch.ts';
import { QuoteMarket, TICK_US } from './quote-market.ts';
import { cpuNsPerUnit, type Contender, type RoundLength } from './rounds.ts';

const START_US = 1_750_000_000_000_000;
const SYMBOLS = 40;
const EVENTS_PER_SECOND = 200_000;
/** The simulated feed is moved on in steps of this length, us. */
const PUMP_US = 10_000;
const NS_PER_S = 1_000_000_000;
const OURS = 'ours';
const BASELINE = 'Map of objects + EventEmitter, JSON';

function simulation(): Simulation {
  return createSimulation({
    seed: 1,
    symbols: SYMBOLS,
    eventsPerSecond: EVENTS_PER_SECOND,
    startTimeUs: START_US,
  });
}

interface Sink {
  onEvent(event: MarketEvent): void;
  /** One tick of a 10 Hz viewer. */
  tick(nowUs: number): unknown;
}

function ourSink(source: Simulation): Sink {
  const market = new QuoteMarket(START_US, () => undefined);
  source.define(market);
  source.emitFirst(market);
  market.watch(START_US);
  return market;
}

function plainSink(source: Simulation): Sink {
  const market = new EmitterMarket();
  source.define(market);
  return market;
}

/** One run is one step of the source in market time, taken in. */
class Pump implements Contender {
  readonly name: string;
  readonly #source = simulation();
  readonly #sink: Sink;
  #nowUs = START_US;

  constructor(name: string, makeSink: (source: Simulation) => Sink) {
    this.name = name;
    this.#sink = makeSink(this.#source);
  }

  run(): number {
    const events = this.step(this.#sink);
    this.tick();
    return events;
  }

  protected step(sink: Pick<Sink, 'onEvent'>): number {
    this.#nowUs += PUMP_US;
    return this.#source.advance(this.#nowUs, sink);
  }

  protected tick(): void {
    if ((this.#nowUs - START_US) % TICK_US === 0) this.#sink.tick(this.#nowUs);
  }

  protected take(event: MarketEvent): void {
    this.#sink.onEvent(event);
  }
}

/** The same with the source off the clock: its events are ready in memory when the sink begins. */
class SinkOnly extends Pump {
  readonly #batch = new EventBatch();

  prepare(): void {
    this.#batch.clear();
    this.step({ onEvent: (event) => this.choose(event) && this.#batch.onEvent(event) });
  }

  override run(): number {
    for (const event of this.#batch.events) this.take(event);
    this.tick();
    return this.#batch.events.length;
  }

  protected choose(_event: MarketEvent): boolean {
    return true;
  }
}

/** The same from a source without depth: of all kinds of events, a book costs the most. */
class QuotesAndTrades extends SinkOnly {
  protected override choose(event: MarketEvent): boolean {
    return event.type !== 'book';
  }
}

/** CPU nanoseconds an event as a share of one core at the full rate, percent. */
const sharePercent = (nsPerEvent: number): number => ((nsPerEvent * EVENTS_PER_SECOND) / NS_PER_S) * 100;

async function compare(
  make: (name: string, makeSink: (source: Simulation) => Sink) => Contender,
  length: RoundLength,
): Promise<[number, number]> {
  const times = await cpuNsPerUnit([make(OURS, ourSink), make(BASELINE, plainSink)], length);
  return [times.get(OURS)!, times.get(BASELINE)!];
}

export const source: Benchmark = {
  name: 'source',
  question: 'What does taking in 200,000 events a second cost?',
  async run({ smoke, seconds }: BenchOptions): Promise<BenchResult[]> {
    const length = { rounds: smoke ? 1 : 5, roundMs: smoke ? 10 : (seconds ?? 0.4) * 1000 };
    const [engine, emitter] = await compare((name, makeSink) => new SinkOnly(name, makeSink), length);
    const [flat, flatPlain] = await compare((name, makeSink) => new QuotesAndTrades(name, makeSink), length);
    const [both, bothPlain] = await compare((name, makeSink) => new Pump(name, makeSink), length);
    const share = (name: string, ns: number, baselineNs: number): BenchResult => ({
      name,
      unit: '% of a core',
      better: 'lower',
      ours: sharePercent(ns),
      baseline: sharePercent(baselineNs),
      baselineName: BASELINE,
    });
    return [
      {
        name: 'source: engine and one viewer, full speed',
        unit: 'events/CPU s',
        better: 'higher',
        ours: NS_PER_S / engine,
        baseline: NS_PER_S / emitter,
        baselineName: BASELINE,
      },
      share('source: engine and one viewer, 200,000 events/s', engine, emitter),
      share('source: 200,000 quotes and trades/s, no books', flat, flatPlain),
      share('source: the same with the simulated feed', both, bothPlain),
    ];
  },
};
