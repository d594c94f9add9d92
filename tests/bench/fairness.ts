// A thousand clients that ask for everything and read nothing: what do the others notice, and what does the server hold for them?
import { NODE_FLAGS } from '../../server/launch/node-flags.mjs';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.ts';
import { pause, type Lateness } from './fanout/control.ts';
import { canPin, PinnedProcess } from './fanout/pinned-process.ts';
import { CLOGGED_HZ, type ClientRequests, type ServerRequests } from './fairness/requests.ts';
import { connectionsAllowed } from './memory/connections-allowed.ts';
import { median, quartiles } from './rounds.ts';

const SERVER_CORE = 0;
const CLIENT_CORE = 1;
const SYMBOLS = 500;
const EVENTS_PER_SECOND = 10_000;
/** Symbols that each viewer watches. */
const WATCHED = 100;
/** How much later others may be, p99 (SEC14). */
const TIMES_MAX = 1.1;
/** How long the system's own buffers of those who do not read may take to fill, ms, and how often is looked. */
const FILL_MS_MAX = 240_000;
const LOOK_MS = 500;

interface Sizes {
  readonly viewers: number;
  readonly clogged: number;
  /** Slices without and with them, in turn, and the length of each, ms. */
  readonly rounds: number;
  readonly sliceMs: number;
}

const FULL: Sizes = { viewers: 200, clogged: 1_000, rounds: 2, sliceMs: 8_000 };
const SMOKE: Sizes = { viewers: 5, clogged: 5, rounds: 1, sliceMs: 1_500 };

interface Outcome {
  readonly free: readonly Lateness[];
  readonly clogged: readonly Lateness[];
  /** Held for each of those who do not read, bytes. */
  readonly heldBytes: readonly number[];
}

async function measure({ viewers, clogged, rounds, sliceMs }: Sizes, isSmoke: boolean): Promise<Outcome> {
  const pinned = canPin();
  const url = (file: string): string => new URL(file, import.meta.url).href;
  const server = new PinnedProcess<ServerRequests>(
    url('./fairness/server.ts'),
    [SYMBOLS, EVENTS_PER_SECOND].map(String),
    pinned ? SERVER_CORE : null,
    NODE_FLAGS,
  );
  const clients = new PinnedProcess<ClientRequests>(
    url('./fairness/clients.ts'),
    [],
    pinned ? CLIENT_CORE : null,
  );
  const slice = async (): Promise<Lateness> => {
    await clients.ask('forget', {});
    await pause(sliceMs);
    return clients.ask('lateness', {});
  };
  const free: Lateness[] = [];
  const during: Lateness[] = [];
  const heldBytes: number[] = [];
  try {
    const { port, symbols } = await server.ask('listen', {});
    await clients.ask('settleIn', { port, symbols, watched: WATCHED, viewers });
    await pause(sliceMs);
    for (let round = 0; round < rounds; round += 1) {
      free.push(await slice());
      await clients.ask('clog', { count: clogged });
      const endAt = performance.now() + (isSmoke ? 0 : FILL_MS_MAX);
      let backlog = await server.ask('backlog', {});
      // Until then they are a thousand readers of everything: more than a core can serve, so everybody is served less often for a while.
      while ((backlog.blocked < clogged || backlog.ceilingHz < CLOGGED_HZ) && performance.now() < endAt) {
        await pause(LOOK_MS);
        backlog = await server.ask('backlog', {});
      }
      if (!isSmoke) process.stderr.write(`  ${backlog.blocked} of ${clogged} can take nothing any more.\n`);
      during.push(await slice());
      backlog = await server.ask('backlog', {});
      heldBytes.push(backlog.heldBytes / clogged);
      await clients.ask('unclog', {});
      while ((await server.ask('backlog', {})).connections > viewers) await pause(LOOK_MS / 10);
      await pause(sliceMs / 3);
    }
    free.push(await slice());
    return { free, clogged: during, heldBytes };
  } finally {
    await Promise.all([server.end(), clients.end()]);
  }
}

export const fairness: Benchmark = {
  name: 'fairness',
  question: 'What do viewers notice of a thousand clients that ask for everything and read nothing?',
  async run({ smoke, seconds }: BenchOptions): Promise<BenchResult[]> {
    const wanted = smoke ? SMOKE : { ...FULL, ...(seconds === null ? {} : { sliceMs: seconds * 1000 }) };
    const sizes = {
      ...wanted,
      clogged: connectionsAllowed(wanted.clogged + wanted.viewers) - wanted.viewers,
    };
    const { free, clogged, heldBytes } = await measure(sizes, smoke);
    const baselineName = 'the same without them, before and after';
    const row = (name: string, of: (lateness: Lateness) => number): BenchResult => ({
      name: `fairness: lateness of those who read, ${name}`,
      unit: 'ms',
      better: 'lower',
      ours: median(clogged.map(of)),
      range: quartiles(clogged.map(of)),
      baseline: median(free.map(of)),
      baselineName,
    });
    const p99 = row('p99', ({ p99Ms }) => p99Ms);
    return [
      row('p50', ({ p50Ms }) => p50Ms),
      {
        ...p99,
        goal: `<= ${TIMES_MAX}x the baseline, is ${(p99.ours / p99.baseline!).toFixed(2)}x`,
        met: p99.ours <= TIMES_MAX * p99.baseline!,
      },
      {
        name: 'fairness: held for one who does not read',
        unit: 'KiB/connection',
        better: 'lower',
        // A smoke run is over before anything is held.
        ours: Math.max(1 / 1024, median(heldBytes) / 1024),
        baseline: null,
        baselineName: '',
      },
    ];
  },
};
