// What does a connection hold, what does it cost while nothing happens, and what does the machine give for ten thousand of them?
import { LIMITS } from '#protocol';
import type { Benchmark, BenchOptions, BenchResult } from './benchmark.ts';
import { canPin } from './fanout/pinned-process.ts';
import { connectionsAllowed } from './memory/connections-allowed.ts';
import { BUSY_HZ, Scale, type Weighed } from './memory/scale.ts';
import { DEFLATE, OURS, SOCKET_IO, WS, type Way } from './memory/ways.ts';

interface Sizes {
  /** Clients that are greeted and watch nothing. */
  readonly idle: number;
  /** Clients that are there before the first weighing, so that what a process needs once is not counted. */
  readonly before: number;
  /** Clients that watch 50 of 500 symbols ten times a second. */
  readonly busy: number;
  /** Clients that watch 50 of 500 symbols once a second. */
  readonly crowd: number;
  /** Time in which the cost of idle connections is taken, s. */
  readonly idleS: number;
  /** Time for which busy connections are served before they are weighed, s. */
  readonly busyS: number;
}

const FULL: Sizes = { idle: 10_000, before: 200, busy: 1_000, crowd: 10_000, idleS: 15, busyS: 6 };
/** Busy connections do all that idle ones do, so that they are enough to prove that everything runs. */
const SMOKE: Sizes = { idle: 200, before: 20, busy: 50, crowd: 50, idleS: 0.3, busyS: 0.3 };

const WATCHED = 50;
const CROWD_HZ = 1;
/** Goals, each in the unit of its row. */
const MOST = { idleKib: 12, busyKib: 18, processMb: 220, restUsPerS: 2.2 } as const;
const KIB = 1_024;
const MB = 1_000_000;

interface Row {
  readonly name: string;
  readonly unit: string;
  readonly value: (weighed: Weighed) => number;
  /** The most that it should be, in the unit. */
  readonly most?: number;
}

const HELD: Omit<Row, 'name'> = { unit: 'KiB/connection', value: ({ heldBytes }) => heldBytes / KIB };
const RESIDENT: Omit<Row, 'name'> = {
  unit: 'KiB/connection',
  value: ({ residentBytes }) => residentBytes / KIB,
};
const WHOLE: Omit<Row, 'name'> = { unit: 'MB', value: ({ processBytes }) => processBytes / MB };
const CPU: Omit<Row, 'name'> = { unit: 'CPU us/s', value: ({ cpuUsPerS }) => cpuUsPerS };

/** One line for each baseline that was weighed. */
function compare(row: Row, weighed: ReadonlyMap<Way, Weighed>): BenchResult[] {
  const ours = weighed.get(OURS);
  if (ours === undefined) return [];
  const baselines = [...weighed].filter(([way]) => way !== OURS);
  const { most } = row;
  return baselines.map(([way, baseline]) => ({
    name: `memory: ${row.name}`,
    unit: row.unit,
    better: 'lower',
    ours: row.value(ours),
    baseline: row.value(baseline),
    baselineName: way.name,
    ...(most === undefined ? {} : { goal: `<= ${most} ${row.unit}`, met: row.value(ours) <= most }),
  }));
}

const thousands = (count: number): string => count.toLocaleString('en-US');

export const memory: Benchmark = {
  name: 'memory',
  question: 'What does a connection hold, and what does it cost while nothing happens?',
  async run({ smoke, seconds }: BenchOptions): Promise<BenchResult[]> {
    const wanted = smoke
      ? SMOKE
      : { ...FULL, ...(seconds === null ? {} : { idleS: seconds, busyS: seconds }) };
    const most = connectionsAllowed(wanted.idle + wanted.before) - wanted.before;
    const [idle, crowd] = [Math.min(wanted.idle, most), Math.min(wanted.crowd, most)];
    const { before, busy, idleS, busyS } = wanted;
    const scale = new Scale(canPin());
    try {
      const still = { before, clients: idle, watched: 0, rateHz: CROWD_HZ, servedS: idleS };
      const atRest = await scale.weighAll(smoke ? [] : [OURS, WS, SOCKET_IO], still);
      const served = { before, clients: busy, watched: WATCHED, rateHz: BUSY_HZ, servedS: busyS };
      const atWork = await scale.weighAll(smoke ? [OURS, WS] : [OURS, WS, SOCKET_IO, DEFLATE], served);
      const many = { ...served, clients: crowd, rateHz: CROWD_HZ };
      const together = await scale.weighAll(smoke ? [] : [OURS, WS], many);
      // Clients of Socket.IO are asked whether they are alive, and at intervals of its own.
      const beating = new Map([...atRest].filter(([way]) => way !== SOCKET_IO));
      return [
        ...compare({ name: 'objects of an idle connection', ...HELD }, atRest),
        ...compare({ name: 'resident set of an idle connection', most: MOST.idleKib, ...RESIDENT }, atRest),
        ...compare({ name: `objects of a busy connection, ${BUSY_HZ} Hz`, ...HELD }, atWork),
        // Of many: what a process grows by when it gets busy at all is as much as a thousand connections.
        ...compare(
          { name: `resident set of a busy connection, ${CROWD_HZ} Hz`, most: MOST.busyKib, ...RESIDENT },
          together,
        ),
        ...compare(
          { name: `process with ${thousands(idle + before)} idle clients`, most: MOST.processMb, ...WHOLE },
          atRest,
        ),
        ...compare(
          {
            name: `process with ${thousands(crowd + before)} clients at ${CROWD_HZ} Hz`,
            most: MOST.processMb,
            ...WHOLE,
          },
          together,
        ),
        ...compare(
          {
            name: `a connection at rest, heartbeat every ${LIMITS.heartbeatMs / 1000} s`,
            most: MOST.restUsPerS,
            ...CPU,
          },
          beating,
        ),
      ];
    } finally {
      await scale.end();
    }
  },
};
