// Viewers who read and clients who do not, in a process of their own so that their cost is not the server's.
import { LIMITS, encodeClientMessage, type ClientMessage, type TimelineClock } from '#protocol';
import { binaryFrame } from '../fanout/client-frames.ts';
import { answerRequests } from '../fanout/control.ts';
import { RawClient } from '../fanout/raw-client.ts';
import { DIALECTS } from '../join/joiner.ts';
import { TickLateness } from '../join/tick-lateness.ts';
import { choice } from '../memory/choice.ts';
import { CLOGGED_HZ, VIEWER_HZ, type ClientRequests } from './requests.ts';

/** Connections that are opened at once. */
const BATCH = 50;

const dialect = DIALECTS.tickwire;
const lateness = new TickLateness(VIEWER_HZ);
const ping = binaryFrame(encodeClientMessage({ type: 'ping', nonce: 1 }, 'binary') as Uint8Array);
const nowUs = (): number => (performance.timeOrigin + performance.now()) * 1000;
let serverPort = 0;
let clogged: RawClient[] = [];

// Those who read nothing are heard of all the same: they are slow, not gone.
setInterval(() => {
  for (const client of clogged) client.sendFrames(ping);
}, LIMITS.heartbeatMs).unref();

async function settle(viewer: number, symbols: string[]): Promise<void> {
  let clock: TimelineClock | null = null;
  const settled = Promise.withResolvers<void>();
  const client = await RawClient.open(serverPort, dialect.path, (payload) => {
    if (dialect.isSnapshot(payload)) return settled.resolve();
    clock ??= dialect.clock(payload);
    const madeUs = clock === null ? null : dialect.madeUs(payload, clock);
    if (madeUs !== null) lateness.note({ viewer, madeUs, arrivalUs: nowUs() });
  });
  client.sendFrames(dialect.greeting(symbols, VIEWER_HZ));
  setInterval(() => client.sendFrames(ping), LIMITS.heartbeatMs).unref();
  await settled.promise;
}

answerRequests<ClientRequests>({
  async settleIn({ port, symbols, watched, viewers }) {
    serverPort = port;
    for (let viewer = 0; viewer < viewers; viewer += 1)
      await settle(viewer, choice(symbols, watched, viewer));
    return {};
  },
  async clog({ count }) {
    const everyChange: ClientMessage = {
      type: 'subscribe',
      subscription: 2,
      channel: 'raw',
      selectors: ['*'],
      maxRateHz: CLOGGED_HZ,
    };
    const greeting = Buffer.concat([
      dialect.greeting(['*'], CLOGGED_HZ),
      binaryFrame(encodeClientMessage(everyChange, 'binary') as Uint8Array),
    ]);
    // All of them before anything flows: a server that sends as much as it can takes newcomers slowly.
    while (clogged.length < count) {
      const batch = Array.from({ length: Math.min(BATCH, count - clogged.length) }, () =>
        RawClient.open(serverPort, dialect.path, () => {}),
      );
      clogged.push(...(await Promise.all(batch)));
    }
    for (const client of clogged) {
      client.stopReading();
      client.sendFrames(greeting);
    }
    return {};
  },
  async unclog() {
    for (const client of clogged) client.end();
    clogged = [];
    return {};
  },
  async forget() {
    lateness.forget();
    return {};
  },
  lateness: async () => lateness.take(),
});
