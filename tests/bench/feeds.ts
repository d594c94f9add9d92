// What does an adapter cost, from the text of a frame to whole numbers?
import type { VenueConnection } from '../../server/feeds/venue/ports.ts';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.ts';
import { binanceFrames } from './feeds/binance-frames.ts';
import { bitstampFrames } from './feeds/bitstamp-frames.ts';
import { BOTH_HANDLE, ccxtBinance } from './feeds/ccxt-binance.ts';
import { coinbaseFrames, coinbaseSnapshot } from './feeds/coinbase-frames.ts';
import { CountingPort } from './feeds/counting-port.ts';
import type { FrameSet } from './feeds/frame-set.ts';
import { krakenFrames } from './feeds/kraken-frames.ts';
import { startCost } from './feeds/start-cost.ts';
import { cpuNsPerUnit, type Contender, type RoundLength } from './rounds.ts';
import { invariant } from '#protocol';

const OURS = 'ours';
const PARSE = 'JSON.parse of the same';
const CCXT = 'ccxt, handleMessage';
const VENUES = ['coinbase', 'kraken', 'binance', 'bitstamp', 'alpaca'] as const;
const NS_PER_US = 1_000;
const NS_PER_MS = 1_000_000;
const PARSE_TIMES_MAX = 2;
const SNAPSHOT_MS_MAX = 150;
const START_MS_MAX = 150;
const START_MEGABYTES_MAX = 30;

function takeAll({ venue, listings, frames }: FrameSet): VenueConnection {
  const port = new CountingPort(venue.name, listings);
  const connection = venue.connect(port);
  connection.onOpen();
  for (const { raw, timeUs } of frames) connection.onFrame(raw, timeUs);
  invariant(port.complaints === 0 && port.events > 0, `${venue.name} takes its frames`);
  return connection;
}

/**
 * Each run a new connection over all frames, as after a reconnect. One more lives on throughout, as in a server: with the last of its
 * objects the collector would let compiled code go, and what was measured were the compiler.
 */
function adapter(set: FrameSet): Contender {
  const living = takeAll(set);
  return { name: OURS, run: () => (takeAll(set) === living ? 0 : set.frames.length) };
}

function parser({ frames }: FrameSet): Contender {
  let kept: unknown;
  return {
    name: PARSE,
    run() {
      for (const { raw } of frames) kept = JSON.parse(String(raw));
      return kept === undefined ? 0 : frames.length;
    },
  };
}

/** Until the compiler has seen both: what is measured is a feed that runs, not one that starts. */
async function nsPerFrame(contenders: readonly Contender[], length: RoundLength): Promise<number[]> {
  await cpuNsPerUnit(contenders, { rounds: 1, roundMs: length.roundMs });
  const times = await cpuNsPerUnit(contenders, length);
  return contenders.map(({ name }) => times.get(name)!);
}

async function frameCost(set: FrameSet, length: RoundLength): Promise<BenchResult> {
  const [ours, parse] = (await nsPerFrame([adapter(set), parser(set)], length)) as [number, number];
  return {
    name: `feeds: ${set.name}, text to numbers`,
    unit: 'us/frame',
    better: 'lower',
    ours: ours / NS_PER_US,
    baseline: parse / NS_PER_US,
    baselineName: PARSE,
    goal: `<= ${PARSE_TIMES_MAX}x the baseline`,
    met: ours <= PARSE_TIMES_MAX * parse,
  };
}

async function snapshotCost(length: RoundLength): Promise<BenchResult> {
  const set = coinbaseSnapshot();
  const [ours, parse] = (await nsPerFrame([adapter(set), parser(set)], length)) as [number, number];
  return {
    name: `feeds: ${set.name}, text to numbers`,
    unit: 'ms',
    better: 'lower',
    ours: ours / NS_PER_MS,
    baseline: parse / NS_PER_MS,
    baselineName: PARSE,
    goal: `<= ${SNAPSHOT_MS_MAX} ms`,
    met: ours <= SNAPSHOT_MS_MAX * NS_PER_MS,
  };
}

/** The same messages of Binance through ccxt. */
async function ccxtCost(length: RoundLength): Promise<BenchResult[]> {
  const all = binanceFrames();
  const set = { ...all, frames: all.frames.filter(({ raw }) => BOTH_HANDLE.test(String(raw))) };
  const handle = await ccxtBinance(set);
  if (handle === null) {
    process.stderr.write('  ccxt is not installed: left out\n');
    return [];
  }
  const theirs: Contender = {
    name: CCXT,
    run() {
      handle();
      return set.frames.length;
    },
  };
  const [ours, ccxt] = (await nsPerFrame([adapter(set), theirs], length)) as [number, number];
  return [
    {
      name: `feeds: ${set.name}, trades and quotes`,
      unit: 'us/frame',
      better: 'lower',
      ours: ours / NS_PER_US,
      baseline: ccxt / NS_PER_US,
      baselineName: CCXT,
      goal: '<= half the baseline',
      met: ours <= ccxt / 2,
    },
  ];
}

async function startCosts(): Promise<BenchResult[]> {
  const ccxt = await startCost('ccxt');
  const results: BenchResult[] = [];
  for (const venue of VENUES) {
    const cost = await startCost(venue);
    if (cost === null) continue;
    const { ms, megabytes } = cost;
    const shared = { better: 'lower', baselineName: ccxt === null ? '' : 'import of ccxt' } as const;
    results.push(
      {
        ...shared,
        name: `feeds: ${venue}, start`,
        unit: 'ms',
        ours: ms,
        baseline: ccxt?.ms ?? null,
        goal: `< ${START_MS_MAX} ms`,
        met: ms < START_MS_MAX,
      },
      {
        ...shared,
        name: `feeds: ${venue}, memory`,
        unit: 'MB',
        ours: megabytes,
        baseline: ccxt?.megabytes ?? null,
        goal: `< ${START_MEGABYTES_MAX} MB`,
        met: megabytes < START_MEGABYTES_MAX,
      },
    );
  }
  return results;
}

export const feeds: Benchmark = {
  name: 'feeds',
  question: "What does a venue's adapter cost, from the text of a frame to whole numbers?",
  async run({ smoke, seconds }: BenchOptions): Promise<BenchResult[]> {
    const length = { rounds: smoke ? 1 : 5, roundMs: smoke ? 10 : (seconds ?? 0.5) * 1000 };
    const results: BenchResult[] = [];
    for (const set of [coinbaseFrames(), krakenFrames(), binanceFrames(), bitstampFrames()])
      results.push(await frameCost(set, length));
    results.push(await snapshotCost(length));
    results.push(...(await ccxtCost(length)));
    results.push(...(await startCosts()));
    return results;
  },
};
