// Clients of the servers, in a process of their own so that their cost is not the servers'.
import {
  BinaryNumbers,
  FRAME_DELTA,
  LIMITS,
  PROTOCOL_VERSION,
  SOCKET_PATH,
  VALUES_OF_BITS,
  encodeClientMessage,
  readFrameHead,
  type ClientMessage,
} from '#protocol';
import { answerRequests, type Delivered, type LoadForm, type LoadRequests } from './control.ts';
import { RawClient } from './raw-client.ts';

/** Every so many clients, one opens its frames and counts what is in them. */
const SAMPLED_EVERY = 50;
/** No frame for this long means that all of them have arrived, ms. */
const QUIET_MS = 250;
const POLL_MS = 25;

const text = new TextDecoder();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Counts what the clients of one server are sent. */
class Tally {
  frames = 0;
  bytes = 0;
  newestAtMs = performance.now();
  #sampledBytes = 0;
  #sampledUpdates = 0;

  count(bytes: number): void {
    this.frames += 1;
    this.bytes += bytes;
    this.newestAtMs = performance.now();
  }

  sample(bytes: number, updates: number): void {
    this.#sampledBytes += bytes;
    this.#sampledUpdates += updates;
  }

  /** What came since the last call. */
  take(): Delivered {
    const { frames, bytes } = this;
    const perByte = this.#sampledBytes === 0 ? 0 : this.#sampledUpdates / this.#sampledBytes;
    this.frames = this.bytes = this.#sampledBytes = this.#sampledUpdates = 0;
    return { frames, bytes, updates: bytes * perByte };
  }
}

/** Updates in a frame of market data; 0 for a message that is none. */
const updatesIn: Record<LoadForm, (payload: Uint8Array) => number> = {
  tickwire(payload) {
    const numbers = new BinaryNumbers(payload);
    if (readFrameHead(numbers).kind !== FRAME_DELTA) return 0;
    let updates = 0;
    while (numbers.left > 0) {
      numbers.next();
      const bits = numbers.next();
      for (let value = VALUES_OF_BITS[bits]!; value > 0; value -= 1) numbers.next();
      updates += 1;
    }
    return updates;
  },
  object: () => 1,
  array: (payload) => (JSON.parse(text.decode(payload)) as unknown[]).length,
};

/** Our data frames are arrays, our control messages maps: told apart by the first byte. */
function isData(form: LoadForm, payload: Uint8Array): boolean {
  const first = payload[0]!;
  return form !== 'tickwire' || first >= 0xdc || (first >= 0x90 && first <= 0x9f);
}

const tallies = new Map<string, Tally>();
const clients: RawClient[] = [];

async function connectClient(
  port: number,
  form: LoadForm,
  rateHz: number,
  tally: Tally,
  sampled: boolean,
): Promise<void> {
  const greeted = Promise.withResolvers<void>();
  const client = await RawClient.open(
    port,
    form === 'tickwire' ? SOCKET_PATH : '/',
    (payload, frameBytes) => {
      greeted.resolve();
      if (!isData(form, payload)) return;
      tally.count(frameBytes);
      if (sampled) tally.sample(frameBytes, updatesIn[form](payload));
    },
  );
  if (form !== 'tickwire') return;
  const say = (message: ClientMessage): void =>
    client.send(encodeClientMessage(message, 'binary') as Uint8Array);
  say({ type: 'hello', version: PROTOCOL_VERSION, client: 'bench' });
  say({ type: 'subscribe', subscription: 1, channel: 'quote', selectors: ['*'], maxRateHz: rateHz });
  setInterval(() => say({ type: 'ping', nonce: 1 }), LIMITS.heartbeatMs).unref();
  clients.push(client);
  await greeted.promise;
}

answerRequests<LoadRequests>({
  async connect({ group, port, clients: count, form, rateHz }) {
    const tally = new Tally();
    tallies.set(group, tally);
    for (let index = 0; index < count; index += 1)
      await connectClient(port, form, rateHz, tally, index % SAMPLED_EVERY === 0);
    return {};
  },
  async settle({ group }) {
    const tally = tallies.get(group)!;
    while (performance.now() - tally.newestAtMs < QUIET_MS) await pause(POLL_MS);
    return tally.take();
  },
});
