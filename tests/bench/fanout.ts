// How many viewers does a second of the server's CPU serve, compared with the way that tutorials show?
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.ts';
import type { LoadForm, LoadRequests, ServerRequests } from './fanout/control.ts';
import { canPin, PinnedProcess } from './fanout/pinned-process.ts';
import { VIEW_RATE_HZ } from './quote-market.ts';
import { median } from './rounds.ts';

const SERVER_CORE = 0;
const LOAD_CORE = 1;
const US_PER_S = 1_000_000;

interface Sizes {
  readonly clients: number;
  readonly symbols: number;
  readonly eventsPerSecond: number;
  readonly rounds: number;
  /** A server that ticks ten times a second takes long to be compiled well: in its first 10 s it costs up to three times as much. */
  readonly warmUpMs: number;
  readonly roundMs: number;
}

const FULL: Sizes = {
  clients: 200,
  symbols: 40,
  eventsPerSecond: 10_000,
  rounds: 3,
  warmUpMs: 12_000,
  roundMs: 1_500,
};
const SMOKE: Sizes = {
  clients: 3,
  symbols: 10,
  eventsPerSecond: 1_000,
  rounds: 1,
  warmUpMs: 0,
  roundMs: 400,
};

/** A way to serve the same market, and how its frames are read. */
interface Way {
  readonly name: string;
  readonly form: LoadForm;
  readonly file: string;
  readonly args: readonly string[];
}

const OURS: Way = { name: 'ours', form: 'tickwire', file: './tickwire-server.ts', args: [] };
const TUTORIAL: Way = {
  name: 'tutorial: ws, JSON.stringify of each update for each client',
  form: 'object',
  file: './plain-server.ts',
  args: ['each'],
};
const OWN_ARRAYS: Way = {
  name: 'ws, 10 Hz, a JSON array made for each client',
  form: 'array',
  file: './plain-server.ts',
  args: ['own'],
};
const SHARED_ARRAY: Way = {
  name: 'ws, 10 Hz, one JSON array for all clients',
  form: 'array',
  file: './plain-server.ts',
  args: ['shared'],
};
const BASELINES = [TUTORIAL, OWN_ARRAYS, SHARED_ARRAY];

/** One round of one server, after everything that it sent had arrived. */
interface Sample {
  readonly updatesPerCpuS: number;
  /** Seconds for which a viewer was kept current, summed over the viewers, for a second of CPU: viewers that one core could serve. */
  readonly viewersPerCore: number;
  readonly bytesPerUpdate: number;
}

/** A server with its clients, standing still until a round lets its source run. */
class Arena {
  readonly way: Way;
  readonly #sizes: Sizes;
  readonly #server: PinnedProcess<ServerRequests>;
  readonly #load: PinnedProcess<LoadRequests>;
  readonly samples: Sample[] = [];

  constructor(way: Way, sizes: Sizes, load: PinnedProcess<LoadRequests>, pinned: boolean) {
    this.way = way;
    this.#sizes = sizes;
    this.#load = load;
    const args = [String(sizes.symbols), String(sizes.eventsPerSecond), ...way.args];
    this.#server = new PinnedProcess(way.file, args, pinned ? SERVER_CORE : null);
  }

  async connect(): Promise<void> {
    const { port } = await this.#server.ask('listen', {});
    const { clients } = this.#sizes;
    const { name: group, form } = this.way;
    await this.#load.ask('connect', { group, port, clients, form, rateHz: VIEW_RATE_HZ });
  }

  /** Lets the compiler see enough of the server. The tutorial's first step of the market alone is seconds of sending: enough. */
  async warmUp(): Promise<void> {
    if (this.way !== TUTORIAL && this.#sizes.warmUpMs > 0) await this.#run(this.#sizes.warmUpMs);
  }

  async round(): Promise<void> {
    this.samples.push(await this.#run(this.#sizes.roundMs));
  }

  end(): Promise<void> {
    return this.#server.end();
  }

  /** Lets the market run and stops it; the server's clock is read when it has sent the rest, and counted is what has arrived by then. */
  async #run(durationMs: number): Promise<Sample> {
    const before = await this.#server.ask('open', {});
    await new Promise((resolve) => setTimeout(resolve, durationMs));
    const after = await this.#server.ask('drain', {});
    const delivered = await this.#load.ask('settle', { group: this.way.name });
    const cpuS = (after.cpuUs - before.cpuUs) / US_PER_S;
    const currentS =
      this.way === TUTORIAL
        ? delivered.updates / this.#sizes.eventsPerSecond
        : delivered.frames / VIEW_RATE_HZ;
    return {
      updatesPerCpuS: delivered.updates / cpuS,
      viewersPerCore: currentS / cpuS,
      bytesPerUpdate: delivered.bytes / delivered.updates,
    };
  }
}

function compare(arenas: readonly Arena[]): BenchResult[] {
  const of = (way: Way, value: (sample: Sample) => number): number =>
    median(arenas.find((arena) => arena.way === way)!.samples.map(value));
  const rows = (
    name: string,
    unit: string,
    better: BenchResult['better'],
    baselines: readonly Way[],
    value: (sample: Sample) => number,
  ): BenchResult[] =>
    baselines.map((way) => ({
      name,
      unit,
      better,
      ours: of(OURS, value),
      baseline: of(way, value),
      baselineName: way.name,
    }));
  return [
    ...rows(
      'fanout: updates delivered',
      'updates/CPU s',
      'higher',
      BASELINES,
      (sample) => sample.updatesPerCpuS,
    ),
    ...rows(
      'fanout: cost of a million updates',
      'CPU s',
      'lower',
      [TUTORIAL],
      (sample) => US_PER_S / sample.updatesPerCpuS,
    ),
    ...rows(
      'fanout: clients kept current',
      'clients/core',
      'higher',
      BASELINES,
      (sample) => sample.viewersPerCore,
    ),
    ...rows(
      'fanout: size of an update',
      'bytes/update',
      'lower',
      [TUTORIAL],
      (sample) => sample.bytesPerUpdate,
    ),
  ];
}

export const fanout: Benchmark = {
  name: 'fanout',
  question: 'What does it cost to keep many viewers current?',
  async run({ smoke, seconds }: BenchOptions): Promise<BenchResult[]> {
    const sizes = smoke ? SMOKE : { ...FULL, ...(seconds === null ? {} : { roundMs: seconds * 1000 }) };
    const pinned = canPin();
    const load = new PinnedProcess<LoadRequests>('./load-generator.ts', [], pinned ? LOAD_CORE : null);
    const arenas = [OURS, ...BASELINES].map((way) => new Arena(way, sizes, load, pinned));
    try {
      for (const arena of arenas) await arena.connect();
      await Promise.all(arenas.map((arena) => arena.warmUp()));
      for (let round = 0; round < sizes.rounds; round += 1) for (const arena of arenas) await arena.round();
      return compare(arenas);
    } finally {
      await Promise.all([load.end(), ...arenas.map((arena) => arena.end())]);
    }
  },
};
