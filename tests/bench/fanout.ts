// What does it cost to keep many viewers current, each with its own list and rate, beside the other ways of doing it?
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.ts';
import { Arena, type Sample } from './fanout/arena.ts';
import { affordableClients, capacity } from './fanout/capacity.ts';
import type { LoadRequests, MarketSize } from './fanout/control.ts';
import { canCountInstructions } from './fanout/instructions.ts';
import { MarketLap } from './fanout/market-lap.ts';
import { findMosquitto } from './fanout/mosquitto-server.ts';
import { NativePrograms } from './fanout/native-programs.ts';
import { canPin, PinnedProcess } from './fanout/pinned-process.ts';
import { FanoutRows, type AllMeasured } from './fanout/rows.ts';
import { testedWays, type ClientCounts, type Kit, type TestedWay, type WayKey } from './fanout/tested-way.ts';
import { median } from './rounds.ts';
import { watchLists, type ListKind } from './fanout/watch-lists.ts';

const SERVER_CORE = 0;
const LOAD_CORE = 1;

interface Sizes extends ClientCounts {
  readonly market: MarketSize;
  /** Instruments that each client watches. */
  readonly watched: number;
  /** Ways that are not measured, to save time. */
  readonly leftOut: readonly WayKey[];
  readonly rounds: number;
  /** The ways run together, not in turn: that is quicker and measures nothing. */
  readonly atOnce: boolean;
  readonly roundMs: number;
  /** A server that ticks ten times a second takes long to be compiled well: at first it costs up to three times as much. */
  readonly warmUpMs: number;
  /** Those that send each update are compiled well sooner, and busy all the time. */
  readonly busyWarmUpMs: number;
  readonly capacityLists: readonly ListKind[];
  readonly capacityClients: number;
  readonly capacityWarmUpMs: number;
  readonly capacityRoundMs: number;
}

const FULL: Sizes = {
  market: { symbols: 500, eventsPerSecond: 20_000, lapS: 5 },
  watched: 50,
  conflated: 1_000,
  encoded: 200,
  each: 20,
  leftOut: [],
  rounds: 5,
  atOnce: false,
  roundMs: 1_000,
  warmUpMs: 8_000,
  busyWarmUpMs: 3_000,
  capacityLists: ['shared', 'distinct'],
  capacityClients: 5_000,
  capacityWarmUpMs: 3_000,
  capacityRoundMs: 2_000,
};
const SMOKE: Sizes = {
  market: { symbols: 20, eventsPerSecond: 1_000, lapS: 1 },
  watched: 10,
  conflated: 8,
  encoded: 2,
  each: 2,
  leftOut: ['stripped distinct', 'shared array', 'floor each', 'mosquitto topics'],
  rounds: 1,
  atOnce: true,
  roundMs: 300,
  warmUpMs: 0,
  busyWarmUpMs: 0,
  capacityLists: ['shared'],
  capacityClients: 8,
  capacityWarmUpMs: 0,
  capacityRoundMs: 300,
};

const note = (sentence: string): void => void process.stderr.write(`  ${sentence}\n`);

/** Above this share of the time, somebody else on the servers' core spoils what is measured. */
const WAIT_SHARE_MAX = 0.05;

/** Says so when the machine was busy with other things. */
function noteOthers(measured: AllMeasured): void {
  const shares = Object.values(measured).flatMap(({ samples }) => samples.map(({ waitShare }) => waitShare));
  const share = median(shares);
  if (share > WAIT_SHARE_MAX)
    note(
      `Other programs had the servers' core for ${(share * 100).toFixed(0)} % of the time: run it again alone.`,
    );
}

/** Ways that are not ours and send each update. */
const isBusy = ({ conflates }: TestedWay): boolean => !conflates;

/** One run of the benchmark: who is compared, on what. */
class FanoutRun {
  readonly #sizes: Sizes;
  readonly #kit: Kit;
  readonly #symbols: readonly string[];
  readonly #loadArguments: readonly string[];
  readonly #ways: Record<WayKey, TestedWay>;
  readonly #updatesOwedHz: number;

  constructor(sizes: Sizes, kit: Kit) {
    const { market, watched } = sizes;
    this.#sizes = sizes;
    this.#kit = kit;
    this.#loadArguments =
      kit.programs === null ? [] : [kit.programs.path('wire-clients'), kit.programs.folder];
    this.#ways = testedWays(sizes);
    const lap = new MarketLap(market);
    this.#symbols = lap.definitions.map(({ symbol }) => symbol);
    const [list] = watchLists({ kind: 'shared', symbols: this.#symbols, perClient: watched, clients: 1 });
    const events = list!.reduce((sum, symbol) => sum + lap.eventsOf[this.#symbols.indexOf(symbol)]!, 0);
    this.#updatesOwedHz = events / market.lapS;
  }

  async run(): Promise<BenchResult[]> {
    const {
      capacityClients,
      capacityWarmUpMs: warmUpMs,
      capacityRoundMs: roundMs,
      rounds,
      watched,
    } = this.#sizes;
    const measured = await this.#compare();
    if (!this.#sizes.atOnce) noteOthers(measured);
    const rows = new FanoutRows(measured, this.#updatesOwedHz);
    const results = rows.make();
    const clients = affordableClients(capacityClients, note);
    for (const key of this.#sizes.capacityLists) {
      note(`One core with ${clients.toLocaleString('en-US')} clients, ${key} lists.`);
      results.push(
        ...(await capacity({
          way: this.#ways[key],
          kit: this.#kit,
          loadArguments: this.#loadArguments,
          symbols: this.#symbols,
          watched,
          // The goal is one of shared lists.
          eachUpdate: key === 'shared' ? rows.eachUpdate : [],
          clients,
          warmUpMs,
          roundMs,
          rounds: Math.min(3, rounds),
        })),
      );
    }
    return results;
  }

  /** All ways side by side: each has its server and its clients from the start, and they run in turn, round by round. */
  async #compare(): Promise<AllMeasured> {
    const { rounds, roundMs, watched } = this.#sizes;
    const countInstructions = canCountInstructions();
    if (!countInstructions)
      note('This machine does not count instructions for us (perf stat): CPU time only.');
    const load = new PinnedProcess<LoadRequests>(
      './load-generator.ts',
      this.#loadArguments,
      this.#kit.loadCore,
    );
    const arenas = new Map<WayKey, Arena>();
    const samples = new Map<WayKey, Sample[]>();
    try {
      for (const [key, way] of Object.entries(this.#ways) as [WayKey, TestedWay][]) {
        const server = this.#sizes.leftOut.includes(key) ? null : way.start(this.#kit);
        if (server === null) continue;
        arenas.set(key, new Arena({ way, server, load, symbols: this.#symbols, watched, countInstructions }));
        samples.set(key, []);
      }
      await Promise.all([...arenas.values()].map((arena) => arena.listen()));
      for (const arena of arenas.values()) await arena.connect();
      note(`${arenas.size} servers with their clients are up; warming up.`);
      const frameBytes = await this.#warmUp(arenas);
      const take = async (key: WayKey, arena: Arena): Promise<void> => {
        samples.get(key)!.push(await arena.run(roundMs, frameBytes));
      };
      for (let round = 0; round < rounds; round += 1) {
        note(`Round ${round + 1} of ${rounds}.`);
        if (this.#sizes.atOnce) await Promise.all([...arenas].map(([key, arena]) => take(key, arena)));
        else for (const [key, arena] of arenas) await take(key, arena);
      }
    } finally {
      await Promise.all([load.end(), ...[...arenas.values()].map((arena) => arena.end())]);
    }
    return Object.fromEntries(
      [...samples].map(([key, ofKey]) => [key, { way: this.#ways[key], samples: ofKey }]),
    );
  }

  /** Lets the compiler see enough of every server. Returns sizes of our frames, for those that only imitate them. */
  async #warmUp(arenas: ReadonlyMap<WayKey, Arena>): Promise<readonly number[]> {
    const { warmUpMs, busyWarmUpMs, roundMs } = this.#sizes;
    const ofOurs = await arenas.get('shared')!.run(Math.max(roundMs, busyWarmUpMs), []);
    const { frameBytes } = ofOurs;
    const all = [...arenas.values()];
    const calm = all.filter(({ way }) => !isBusy(way));
    // All at once would be more than a core.
    for (const together of [
      calm.filter((_, index) => index % 2 === 0),
      calm.filter((_, index) => index % 2 === 1),
    ])
      if (warmUpMs > 0) await Promise.all(together.map((arena) => arena.run(warmUpMs, frameBytes)));
    if (busyWarmUpMs > 0)
      for (const arena of all.filter(({ way }) => isBusy(way))) await arena.run(busyWarmUpMs, frameBytes);
    return frameBytes;
  }
}

export const fanout: Benchmark = {
  name: 'fanout',
  question: 'What does it cost to keep many viewers current?',
  async run({ smoke, seconds }: BenchOptions): Promise<BenchResult[]> {
    const sizes = smoke ? SMOKE : { ...FULL, ...(seconds === null ? {} : { roundMs: seconds * 1000 }) };
    const pinned = !smoke && canPin();
    if (!pinned && !smoke) note('Without taskset and two cores, servers and clients share what there is.');
    const programs = NativePrograms.compile();
    if (programs === null)
      note(
        'Without a C compiler on Linux, the rows against the floor are left out and the clients are written in TypeScript.',
      );
    const mosquitto = findMosquitto();
    if (mosquitto === null) note('mosquitto is not installed: its rows are left out.');
    const kit: Kit = {
      market: sizes.market,
      programs,
      mosquitto,
      serverCore: pinned ? SERVER_CORE : null,
      loadCore: pinned ? LOAD_CORE : null,
    };
    try {
      return await new FanoutRun(sizes, kit).run();
    } finally {
      programs?.remove();
    }
  },
};
