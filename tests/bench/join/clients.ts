// Those who are there and those who come, in a process of their own so that their cost is not the server's.
import { LIMITS, encodeClientMessage, type TimelineClock } from '#protocol';
import { answerRequests } from '../fanout/control.ts';
import { latenessOf, type Arrival } from '../fanout/lateness.ts';
import { RawClient } from '../fanout/raw-client.ts';
import { choice } from '../memory/choice.ts';
import { DIALECTS, SeenStates, type Dialect } from './joiner.ts';
import { JOINER_HZ, VIEWER_HZ, type ClientRequests, type Waits } from './requests.ts';

/** How often those whose turn it is come, ms. */
const STEP_MS = 5;

const ping = encodeClientMessage({ type: 'ping', nonce: 1 }, 'binary') as Uint8Array;
const nowUs = (): number => (performance.timeOrigin + performance.now()) * 1000;

let dialect: Dialect = DIALECTS.tickwire;
let market: { port: number; symbols: string[]; watched: number } = { port: 0, symbols: [], watched: 0 };
let arrivals: Arrival[] = [];
let comers = 0;

/** One who stays and whose frames' times are noted. Resolves with the snapshot. */
async function settle(isTickwire: boolean): Promise<void> {
  const { port, symbols, watched } = market;
  let clock: TimelineClock | null = null;
  const settled = Promise.withResolvers<void>();
  const client = await RawClient.open(port, dialect.path, (payload) => {
    const read = dialect.read(payload, clock);
    if (read === null) return;
    if (read.kind === 'clock') clock = read.clock;
    else if (read.kind === 'snapshot') settled.resolve();
    else arrivals.push({ madeUs: read.madeUs, arrivalUs: nowUs() });
  });
  client.sendFrames(dialect.greeting(choice(symbols, watched, (comers += 1)), VIEWER_HZ));
  if (isTickwire) setInterval(() => client.send(ping), LIMITS.heartbeatMs).unref();
  await settled.promise;
}

/** One who comes. Resolves with the snapshot. */
async function join(seen: SeenStates, waits: Waits): Promise<void> {
  const { port, symbols, watched } = market;
  const greeting = dialect.greeting(choice(symbols, watched, (comers += 1)), JOINER_HZ);
  const joined = Promise.withResolvers<void>();
  const connectAt = performance.now();
  let subscribeAt = connectAt;
  let isJoined = false;
  const client = await RawClient.open(port, dialect.path, (payload) => {
    if (isJoined || dialect.read(payload, null)?.kind !== 'snapshot') return;
    isJoined = true;
    const now = performance.now();
    waits.connectMs.push(now - connectAt);
    waits.subscribeMs.push(now - subscribeAt);
    dialect.count(payload, seen);
    joined.resolve();
  });
  subscribeAt = performance.now();
  client.sendFrames(greeting);
  await joined.promise;
}

answerRequests<ClientRequests>({
  async settleIn({ form, port, symbols, watched, viewers }) {
    dialect = DIALECTS[form];
    market = { port, symbols, watched };
    for (let index = 0; index < viewers; index += 1) await settle(form === 'tickwire');
    return {};
  },
  async join({ joiners, spreadMs }) {
    const seen = new SeenStates();
    const waits: Waits = { connectMs: [], subscribeMs: [] };
    const coming: Promise<void>[] = [];
    const startedAt = performance.now();
    await new Promise<void>((resolve) => {
      const step = setInterval(() => {
        const due = Math.min(joiners, Math.ceil(((performance.now() - startedAt) / spreadMs) * joiners));
        while (coming.length < due) coming.push(join(seen, waits));
        if (coming.length < joiners) return;
        clearInterval(step);
        resolve();
      }, STEP_MS);
    });
    await Promise.all(coming);
    return { ...waits, entries: seen.entries, states: seen.states };
  },
  async lateness() {
    const since = arrivals;
    arrivals = [];
    return latenessOf(since, VIEWER_HZ);
  },
});
