// Those who are there and those who come, in a process of their own so that their cost is not the server's.
import { LIMITS, encodeClientMessage, type TimelineClock } from '#protocol';
import { answerRequests, pause } from '../fanout/control.ts';
import { RawClient } from '../fanout/raw-client.ts';
import { choice } from '../memory/choice.ts';
import { DIALECTS, SeenStates, type Dialect } from './joiner.ts';
import { JOINER_HZ, VIEWER_HZ, type ClientRequests, type Waits } from './requests.ts';
import { TickLateness } from './tick-lateness.ts';

/** How often those whose turn it is come, ms. */
const STEP_MS = 5;

const ping = encodeClientMessage({ type: 'ping', nonce: 1 }, 'binary') as Uint8Array;
const nowUs = (): number => (performance.timeOrigin + performance.now()) * 1000;

let dialect: Dialect = DIALECTS.tickwire;
let market: { port: number; symbols: string[]; watched: number } = { port: 0, symbols: [], watched: 0 };
const lateness = new TickLateness(VIEWER_HZ);
let comers = 0;
let greetings: Uint8Array[] = [];
let snapshots: Uint8Array[] = [];
let viewers = 0;

/** Everybody watches other symbols. */
const nextGreeting = (rateHz: number): Uint8Array =>
  dialect.greeting(choice(market.symbols, market.watched, (comers += 1)), rateHz);

/** One who stays and whose frames' times are noted. Resolves with the snapshot. */
async function settle(isTickwire: boolean): Promise<void> {
  const viewer = (viewers += 1);
  let clock: TimelineClock | null = null;
  const settled = Promise.withResolvers<void>();
  const client = await RawClient.open(market.port, dialect.path, (payload) => {
    if (dialect.isSnapshot(payload)) return settled.resolve();
    clock ??= dialect.clock(payload);
    const madeUs = clock === null ? null : dialect.madeUs(payload, clock);
    if (madeUs !== null) lateness.note({ viewer, madeUs, arrivalUs: nowUs() });
  });
  client.sendFrames(nextGreeting(VIEWER_HZ));
  if (isTickwire) setInterval(() => client.send(ping), LIMITS.heartbeatMs).unref();
  await settled.promise;
}

/** One who comes. Resolves with the snapshot's bytes, which are looked into when nobody is timed any more. */
async function join(greeting: Uint8Array, waits: Waits): Promise<Uint8Array> {
  const joined = Promise.withResolvers<Uint8Array>();
  const connectAt = performance.now();
  let subscribeAt = connectAt;
  let isJoined = false;
  const client = await RawClient.open(market.port, dialect.path, (payload) => {
    if (isJoined || !dialect.isSnapshot(payload)) return;
    isJoined = true;
    const now = performance.now();
    waits.connectMs.push(now - connectAt);
    waits.subscribeMs.push(now - subscribeAt);
    joined.resolve(payload.slice());
  });
  subscribeAt = performance.now();
  client.sendFrames(greeting);
  return joined.promise;
}

answerRequests<ClientRequests>({
  async settleIn({ form, port, symbols, watched, viewers: count }) {
    dialect = DIALECTS[form];
    market = { port, symbols, watched };
    for (let index = 0; index < count; index += 1) await settle(form === 'tickwire');
    return {};
  },
  async prepare({ joiners }) {
    greetings = Array.from({ length: joiners }, () => nextGreeting(JOINER_HZ));
    return {};
  },
  async join({ spreadMs }) {
    const waits: Waits = { connectMs: [], subscribeMs: [] };
    const coming: Promise<Uint8Array>[] = [];
    const startedAt = performance.now();
    const dueNow = (): number => ((performance.now() - startedAt) / spreadMs) * greetings.length;
    while (coming.length < greetings.length) {
      while (coming.length < Math.min(dueNow(), greetings.length))
        coming.push(join(greetings[coming.length]!, waits));
      await pause(STEP_MS);
    }
    snapshots = await Promise.all(coming);
    return waits;
  },
  async inspect() {
    const seen = new SeenStates();
    for (const snapshot of snapshots) dialect.count(snapshot, seen);
    return { states: seen.states };
  },
  async forget() {
    lateness.forget();
    return {};
  },
  lateness: async () => lateness.take(),
});
