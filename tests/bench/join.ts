// Ten thousand viewers come within ten seconds: how long do they wait, what is made for each, and what do the others notice?
import { NODE_FLAGS } from '../../server/launch/node-flags.mjs';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.ts';
import { pause, type Lateness } from './fanout/control.ts';
import { canPin, PinnedProcess } from './fanout/pinned-process.ts';
import type { ClientForm, ClientRequests, ServerRequests } from './join/requests.ts';
import { connectionsAllowed } from './memory/connections-allowed.ts';
import { quantile } from './rounds.ts';

const SERVER_CORE = 0;
const CLIENT_CORE = 1;
const SYMBOLS = 500;
const EVENTS_PER_SECOND = 3_000;
/** Symbols that each client watches, a different choice for each. */
const WATCHED = 100;
/** Goals: encodes of each state, a newcomer's wait, ms, p99, and how much later the others may be, p99. */
const ENCODES_MAX = 1.2;
const SNAPSHOT_MS_MAX = 500;
const LATER_MAX = 2;

interface Sizes {
  /** Who is there and watches ten times a second. */
  readonly viewers: number;
  /** Who comes before anything is measured, so that the compiler has seen it. */
  readonly warmUp: number;
  readonly joiners: number;
  /** Length of the joining, and of the time before it that it is compared with, s. */
  readonly joinS: number;
}

const FULL: Sizes = { viewers: 200, warmUp: 500, joiners: 10_000, joinS: 10 };
const SMOKE: Sizes = { viewers: 5, warmUp: 5, joiners: 50, joinS: 0.4 };

interface Outcome {
  readonly connectMs: readonly number[];
  readonly subscribeMs: readonly number[];
  readonly encodes: number;
  readonly states: number;
  readonly before: Lateness;
  readonly during: Lateness;
}

async function measure(form: ClientForm, sizes: Sizes, pinned: boolean): Promise<Outcome> {
  const { viewers, warmUp, joiners, joinS } = sizes;
  const start = <R>(file: string, args: readonly number[], core: number): PinnedProcess<R> =>
    new PinnedProcess<R>(
      new URL(file, import.meta.url).href,
      args.map(String),
      pinned ? core : null,
      file.endsWith('tickwire-server.ts') ? NODE_FLAGS : [],
    );
  const server =
    form === 'tickwire'
      ? start<ServerRequests>('./join/tickwire-server.ts', [SYMBOLS, EVENTS_PER_SECOND], SERVER_CORE)
      : start<ServerRequests>('./join/plain-server.ts', [SYMBOLS, viewers], SERVER_CORE);
  const clients = start<ClientRequests>('./join/clients.ts', [], CLIENT_CORE);
  try {
    const { port, symbols } = await server.ask('listen', {});
    await clients.ask('settleIn', { form, port, symbols, watched: WATCHED, viewers });
    const spreadMs = joinS * 1000;
    await clients.ask('prepare', { joiners: warmUp });
    await clients.ask('join', { spreadMs: (spreadMs * warmUp) / joiners });
    await clients.ask('prepare', { joiners });
    await pause(spreadMs / 10);
    await clients.ask('forget', {});
    await pause(spreadMs);
    const before = await clients.ask('lateness', {});
    const { entries: encodedBefore } = await server.ask('encodes', {});
    const waits = await clients.ask('join', { spreadMs });
    const during = await clients.ask('lateness', {});
    const { entries: encodedAfter } = await server.ask('encodes', {});
    const { states } = await clients.ask('inspect', {});
    return { ...waits, states, encodes: encodedAfter - encodedBefore, before, during };
  } finally {
    await Promise.all([server.end(), clients.end()]);
  }
}

const BASELINE = 'ws, JSON.stringify of a snapshot for each joiner';

function compare(ours: Outcome, plain: Outcome): BenchResult[] {
  const rows = (
    name: string,
    unit: string,
    value: (outcome: Outcome) => number,
    most?: number,
  ): BenchResult => ({
    name: `join: ${name}`,
    unit,
    better: 'lower',
    ours: value(ours),
    baseline: value(plain),
    baselineName: BASELINE,
    ...(most === undefined ? {} : { goal: `<= ${most} ${unit}`, met: value(ours) <= most }),
  });
  const p99 = (values: readonly number[]): number => quantile(values, 0.99);
  const late = rows('lateness of those already there, p99', 'ms', ({ during }) => during.p99Ms);
  const times = ours.during.p99Ms / ours.before.p99Ms;
  return [
    rows(
      'encodes of each state of an instrument',
      'encodes',
      ({ encodes, states }) => encodes / states,
      ENCODES_MAX,
    ),
    rows('snapshot after subscribe, p50', 'ms', ({ subscribeMs }) => quantile(subscribeMs, 0.5)),
    rows('snapshot after subscribe, p99', 'ms', ({ subscribeMs }) => p99(subscribeMs), SNAPSHOT_MS_MAX),
    rows('snapshot after connect, p99', 'ms', ({ connectMs }) => p99(connectMs), SNAPSHOT_MS_MAX),
    late,
    {
      ...late,
      baseline: ours.before.p99Ms,
      baselineName: 'the same before the others came',
      goal: `<= ${LATER_MAX}x the baseline, is ${times.toFixed(2)}x`,
      met: times <= LATER_MAX,
    },
  ];
}

export const join: Benchmark = {
  name: 'join',
  question: 'What happens when thousands of viewers come at once?',
  async run({ smoke, seconds }: BenchOptions): Promise<BenchResult[]> {
    const wanted = smoke ? SMOKE : { ...FULL, ...(seconds === null ? {} : { joinS: seconds }) };
    const { viewers, warmUp } = wanted;
    const others = viewers + warmUp;
    const joiners = connectionsAllowed(wanted.joiners + others) - others;
    const pinned = canPin();
    const sizes = { ...wanted, joiners };
    // One after the other, so that neither takes the other's time; in a smoke run nobody looks at the numbers.
    const both = ['tickwire', 'json'] as const;
    const outcomes: Outcome[] = smoke
      ? await Promise.all(both.map((form) => measure(form, sizes, pinned)))
      : [await measure('tickwire', sizes, pinned), await measure('json', sizes, pinned)];
    const [ours, plain] = outcomes as [Outcome, Outcome];
    return compare(ours, plain);
  },
};
