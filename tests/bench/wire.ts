// How many bytes does an update take on the wire, compared with sending the changed fields by name?
import { createSimulation } from '../../server/feeds/simulated/simulation.ts';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.ts';
import { realStreams, recordedStream } from './wire/real-streams.ts';
import { SizeCount } from './wire/size-count.ts';
import type { RecordedStream } from './wire/sliced-stream.ts';
import { VIEW_RATE_HZ, ViewedMarket } from './wire/viewed-market.ts';
import { wholeSession } from './wire/whole-session.ts';

const START_US = 1_750_000_000_000_000;
const TICK_US = 1_000_000 / VIEW_RATE_HZ;
/** The simulated feed hands over what happened at this distance. */
const STEP_US = 20_000;
/** By then the frame heads have their everyday length, s of market time. */
const SETTLED_S = 70;
const SYMBOLS = 40;
const SESSION_S = 60;

/** Most bytes an update where most instruments have changed by the next tick, and on streams of real markets. */
const DENSE_GOAL_BYTES = 12;
const REAL_GOAL_BYTES = 13.5;

/** Lets a viewer in who sees everything, and counts what it is sent from the call of `begin` on. */
async function measure(
  name: string,
  goalBytes: number | null,
  market: ViewedMarket,
  play: (begin: () => void) => void,
): Promise<BenchResult[]> {
  const count = new SizeCount();
  market.connect('binary', (frame) => count.onFrame(frame));
  play(() => (count.isCounting = true));
  count.mirror.checkSame(market.engine);
  return count.results(name, goalBytes);
}

function simulated(
  eventsPerSecond: number,
  goalBytes: number | null,
  settledS: number,
  seconds: number,
): Promise<BenchResult[]> {
  const name = `wire: simulated, ${SYMBOLS} symbols, ${eventsPerSecond.toLocaleString('en-US')} events/s`;
  const simulation = createSimulation({ seed: 1, symbols: SYMBOLS, eventsPerSecond, startTimeUs: START_US });
  const market = new ViewedMarket(START_US);
  simulation.define(market.engine);
  simulation.emitFirst(market);
  return measure(name, goalBytes, market, (begin) => {
    const settledUs = START_US + settledS * 1_000_000;
    const endUs = settledUs + seconds * 1_000_000;
    for (let nowUs = START_US + STEP_US; nowUs <= endUs; nowUs += STEP_US) {
      simulation.advance(nowUs, market);
      market.advanceTo(nowUs);
      if (nowUs === settledUs) begin();
    }
    market.advanceBy(TICK_US);
  });
}

/** A stream played to a viewer who was there before the first event: every first price and every re-basing counts. */
function played(stream: RecordedStream, goalBytes: number | null, eventsMax: number): Promise<BenchResult[]> {
  const market = new ViewedMarket(stream.events[0]!.timeUs - TICK_US);
  for (const definition of stream.definitions) market.define(definition);
  const name = `wire: ${stream.name}, ${stream.definitions.length} symbols`;
  return measure(name, goalBytes, market, (begin) => {
    begin();
    for (const { timeUs, event } of stream.events.slice(0, eventsMax)) {
      market.advanceTo(timeUs);
      market.onEvent(event);
    }
    market.advanceBy(TICK_US);
  });
}

export const wire: Benchmark = {
  name: 'wire',
  question: 'How many bytes does an update take on the wire?',
  async run({ smoke, recordings }: BenchOptions): Promise<BenchResult[]> {
    const settledS = smoke ? 1 : SETTLED_S;
    const seconds = smoke ? 1 : 120;
    const eventsMax = smoke ? 2_000 : Infinity;
    const results = [
      ...(await simulated(1_000, DENSE_GOAL_BYTES, settledS, seconds)),
      ...(await simulated(10_000, null, settledS, seconds)),
    ];
    for (const stream of await realStreams())
      results.push(...(await played(stream, REAL_GOAL_BYTES, eventsMax)));
    for (const path of recordings)
      results.push(...(await played(await recordedStream(path), null, eventsMax)));
    results.push(...wholeSession(smoke ? 2 : SESSION_S));
    return results;
  },
};
