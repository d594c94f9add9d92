// What does an adapter cost, from the text of a frame to whole numbers?
import type { VenueConnection } from '../../server/feeds/venue/ports.ts';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.ts';
import { binanceFrames } from './feeds/binance-frames.ts';
import { bitstampFrames } from './feeds/bitstamp-frames.ts';
import { CCXT_BINANCE, ccxtCoinbase, ccxtHandler, type CcxtWay } from './feeds/ccxt-exchange.ts';
import { coinbaseFrames, coinbaseSnapshot } from './feeds/coinbase-frames.ts';
import { CountingPort } from './feeds/counting-port.ts';
import type { FrameSet } from './feeds/frame-set.ts';
import { krakenFrames } from './feeds/kraken-frames.ts';
import { snapshotBlocks } from './feeds/snapshot-block.ts';
import { startCost } from './feeds/start-cost.ts';
import { cpuNsPerUnit, median, type Contender, type RoundLength } from './rounds.ts';
import { invariant } from '#protocol';

const OURS = 'ours';
const PARSE = 'JSON.parse of the same';
const CCXT = 'ccxt, handleMessage';
const VENUES = ['coinbase', 'kraken', 'binance', 'bitstamp', 'alpaca'] as const;
const NS_PER_US = 1_000;
const NS_PER_MS = 1_000_000;
const PARSE_TIMES_MAX = 2;
const SNAPSHOT_MS_MAX = 150;
const BLOCK_MS_MAX = 50;
/** New servers, one after the other. */
const SNAPSHOTS = 7;
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

/** From the venue's socket into the book of a server that was just started, and how long nothing else ran there. */
async function snapshotBlock(smoke: boolean): Promise<BenchResult[]> {
  const { name, frames } = coinbaseSnapshot();
  const blocks = await snapshotBlocks(frames[0]!.raw, smoke ? 1 : SNAPSHOTS);
  const row = (what: string, values: readonly number[], max: number): BenchResult => ({
    name: `feeds: ${name}, ${what}`,
    unit: 'ms',
    better: 'lower',
    ours: median(values),
    baseline: null,
    baselineName: '',
    range: [Math.min(...values), Math.max(...values)],
    goal: `<= ${max} ms, each time`,
    met: Math.max(...values) <= max,
  });
  const wholes = blocks.map(({ wholeMs }) => wholeMs);
  const longest = blocks.map(({ blockMs }) => blockMs);
  return [
    row('from socket to book, cold start', wholes, SNAPSHOT_MS_MAX),
    row('longest block of the loop, cold start', longest, BLOCK_MS_MAX),
  ];
}

/** The same messages through ccxt. */
async function ccxtCost(
  all: FrameSet,
  way: CcxtWay,
  kinds: string,
  length: RoundLength,
): Promise<BenchResult[]> {
  const set = { ...all, frames: all.frames.filter(({ raw }) => way.bothHandle.test(String(raw))) };
  const handle = await ccxtHandler(set, way);
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
      name: `feeds: ${set.name}, ${kinds}`,
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
    results.push(...(await snapshotBlock(smoke)));
    results.push(...(await ccxtCost(binanceFrames(), CCXT_BINANCE, 'trades and quotes', length)));
    const coinbase = coinbaseFrames();
    results.push(...(await ccxtCost(coinbase, ccxtCoinbase(coinbase), 'books, tickers and trades', length)));
    results.push(...(await startCosts()));
    return results;
  },
};
