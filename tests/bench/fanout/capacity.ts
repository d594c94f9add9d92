import type { BenchResult } from '../benchmark.ts';
import { median, quartiles } from '../rounds.ts';
import { Arena, type Sample } from './arena.ts';
import type { LoadRequests } from './control.ts';
import { connectionsMax } from './file-limit.ts';
import { PinnedProcess } from './pinned-process.ts';
import type { Kit, TestedWay } from './tested-way.ts';
import type { ListKind } from './watch-lists.ts';

/** Of so many clients, one is looked at for how late its frames are. */
const SAMPLED_EVERY = 10;
const CORE_SHARE_MAX = 90;
/** CPU s for a million delivered updates. */
export const SECONDS_A_MILLION_MAX: Readonly<Record<ListKind, number>> = { shared: 0.5, distinct: 0.6 };
/** Against who sends each update. */
export const DELIVERED_TIMES_MIN = 24;
const FRAMES_SHARE_MIN = 95;
/** Ticks that a round has beyond its time, on average: the last one takes what the source left behind. */
const LAST_TICKS = 0.5;
/** A quarter of a tick. */
const LATENESS_SHARE_MAX = 0.25;

/** A server that sends each update, measured in the same run with as many clients as it can serve. */
export interface EachUpdate {
  readonly name: string;
  /** CPU time of a million delivered updates, s. */
  readonly cpuS: number;
}

export interface CapacityOptions {
  readonly way: TestedWay;
  readonly kit: Kit;
  readonly loadArguments: readonly string[];
  readonly symbols: readonly string[];
  readonly watched: number;
  readonly eachUpdate: readonly EachUpdate[];
  /** At full load. */
  readonly clients: number;
  readonly warmUpMs: number;
  readonly roundMs: number;
  readonly rounds: number;
}

/** How many clients this machine lets a process hold, at most as many as are wanted. */
export function affordableClients(wanted: number, note: (sentence: string) => void): number {
  const most = connectionsMax();
  if (most >= wanted) return wanted;
  note(
    `A process may open ${most} connections here, not ${wanted}: run it after \`ulimit -Hn ${wanted + 1000}\`. The capacity is measured with ${most}.`,
  );
  return most;
}

/** One core, half its load of clients for how late frames are, then all of them for what they cost. */
export async function capacity(options: CapacityOptions): Promise<BenchResult[]> {
  const { way, kit, loadArguments, symbols, watched, clients, warmUpMs, roundMs, rounds } = options;
  const load = new PinnedProcess<LoadRequests>('./load-generator.ts', loadArguments, kit.loadCore);
  const server = way.start(kit)!;
  const arena = new Arena({ way, server, load, symbols, watched, sampledEvery: SAMPLED_EVERY });
  try {
    await arena.listen();
    const half = clients >> 1;
    await arena.connect(half);
    if (warmUpMs > 0) {
      await arena.run(warmUpMs, []);
      await arena.lateness();
    }
    await arena.run(roundMs * rounds, []);
    const lateness = await arena.lateness();
    await arena.connect(clients - half);
    if (warmUpMs > 0) await arena.run(warmUpMs, []);
    const samples: Sample[] = [];
    for (let round = 0; round < rounds; round += 1) samples.push(await arena.run(roundMs, []));
    return rows(options, samples, half, lateness);
  } finally {
    await Promise.all([load.end(), arena.end()]);
  }
}

function rows(
  { way, clients, eachUpdate }: CapacityOptions,
  samples: readonly Sample[],
  half: number,
  { p50Ms, p99Ms }: LoadRequests['lateness']['answer'],
): BenchResult[] {
  const rateHz = way.ratesHz[0]!;
  const all = clients.toLocaleString('en-US');
  const core = samples.map(({ cpuUs, seconds }) => cpuUs / 10_000 / seconds);
  const framesShare = samples.map(
    ({ frames, seconds }) => (frames / clients / (rateHz * seconds + LAST_TICKS)) * 100,
  );
  const millions = samples.map(({ cpuUs, updates }) => cpuUs / updates);
  const perFrame = median(samples.map(({ updates, frames }) => updates / frames)).toFixed(0);
  const percent = (value: (sample: Sample) => number): string =>
    (median(samples.map(value)) * 100).toFixed(0);
  const loadShare = percent((sample) => sample.loadShare);
  const waitShare = percent((sample) => sample.waitShare);
  const alone = { baseline: null, baselineName: '' } as const;
  const boundMs = (1000 / rateHz) * LATENESS_SHARE_MAX;
  return [
    {
      name: `fanout: ${all} clients at ${rateHz} Hz, ${perFrame} updates a frame, ${way.lists} lists (load generator ${loadShare} %, others on the core ${waitShare} %)`,
      unit: '% of a core',
      better: 'lower',
      ours: median(core),
      range: quartiles(core),
      ...alone,
      goal: `<= ${CORE_SHARE_MAX} %`,
      met: median(core) <= CORE_SHARE_MAX,
    },
    {
      name: 'fanout: the same, updates delivered',
      unit: 'CPU s/million',
      better: 'lower',
      ours: median(millions),
      range: quartiles(millions),
      ...alone,
      goal: `<= ${SECONDS_A_MILLION_MAX[way.lists]}`,
      met: median(millions) <= SECONDS_A_MILLION_MAX[way.lists],
    },
    ...eachUpdate.map(({ name, cpuS }): BenchResult => ({
      name: 'fanout: the same, updates delivered',
      unit: 'CPU s/million',
      better: 'lower',
      ours: median(millions),
      range: quartiles(millions),
      baseline: cpuS,
      baselineName: name,
      goal: `>= ${DELIVERED_TIMES_MIN}x`,
      met: cpuS / median(millions) >= DELIVERED_TIMES_MIN,
    })),
    {
      name: `fanout: the same, frames that arrived of ${rateHz} a second`,
      unit: '%',
      better: 'higher',
      ours: median(framesShare),
      range: quartiles(framesShare),
      ...alone,
      goal: `>= ${FRAMES_SHARE_MIN} %`,
      met: median(framesShare) >= FRAMES_SHARE_MIN,
    },
    {
      name: `fanout: ${half.toLocaleString('en-US')} clients, ${way.lists} lists: arrival after the tick's grid time, median`,
      unit: 'ms',
      better: 'lower',
      ours: p50Ms,
      ...alone,
      goal: `<= ${boundMs} ms`,
      met: p50Ms <= boundMs,
    },
    { name: 'fanout: the same, 99th percentile', unit: 'ms', better: 'lower', ours: p99Ms, ...alone },
  ];
}
