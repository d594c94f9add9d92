// Thousands of clients that do not read, in a process of their own so that their memory and cost are not the server's.
import { LIMITS, PROTOCOL_VERSION, SOCKET_PATH, SUBPROTOCOL_BINARY, encodeClientMessage } from '#protocol';
import type { ClientMessage } from '#protocol';
import { answerRequests } from '../fanout/control.ts';
import { QuietClient, binaryFrame, pingFrame, textFrame } from './quiet-client.ts';
import type { ClientForm, ClientRequests } from './requests.ts';

/** Handshakes under way at once: fewer than a listening socket's queue. */
const OPENING_MAX = 100;
/** How often the clients whose turn it is show that they are alive, ms. */
const PING_STEP_MS = 20;

const ours = (message: ClientMessage): Uint8Array =>
  binaryFrame(encodeClientMessage(message, 'binary') as Uint8Array);

interface Form {
  readonly path: string;
  readonly headers: readonly string[];
  readonly ping: Uint8Array;
  /** What a client says first. */
  greeting(watched: string[], rateHz: number): Uint8Array;
}

const plain: Form = { path: '/', headers: [], ping: pingFrame(), greeting: () => new Uint8Array(0) };

const FORMS: Record<ClientForm, Form> = {
  tickwire: {
    path: SOCKET_PATH,
    headers: [`Sec-WebSocket-Protocol: ${SUBPROTOCOL_BINARY}`],
    ping: ours({ type: 'ping', nonce: 1 }),
    greeting(selectors, maxRateHz) {
      const hello = ours({ type: 'hello', version: PROTOCOL_VERSION, client: 'bench' });
      if (selectors.length === 0) return hello;
      const subscribe = ours({ type: 'subscribe', subscription: 1, channel: 'quote', selectors, maxRateHz });
      return Buffer.concat([hello, subscribe]);
    },
  },
  ws: plain,
  'ws-deflate': { ...plain, headers: ['Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'] },
  // Engine.IO asks by itself whether its clients are alive, and takes an answer at any time: packet 3 = pong, 40 = connect.
  'socket.io': {
    ...plain,
    path: '/socket.io/?EIO=4&transport=websocket',
    ping: textFrame('3'),
    greeting: () => textFrame('40'),
  },
};

let received = 0;
const onBytes = (count: number): void => {
  received += count;
};
const clients: { client: QuietClient; ping: Uint8Array }[] = [];

/** Every client once a heartbeat interval, evenly spread. */
let turn = 0;
let due = 0;
setInterval(() => {
  for (due += (clients.length * PING_STEP_MS) / LIMITS.heartbeatMs; due >= 1; due -= 1) {
    const { client, ping } = clients[turn % clients.length]!;
    client.send(ping);
    turn += 1;
  }
}, PING_STEP_MS).unref();

/** A different choice for every client, the same in every run. */
function choice(symbols: readonly string[], count: number, client: number): string[] {
  const left = [...symbols];
  let state = client + 1;
  return Array.from({ length: Math.min(count, left.length) }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return left.splice(Math.floor((state / 2 ** 32) * left.length), 1)[0]!;
  });
}

answerRequests<ClientRequests>({
  async connect({ form: name, port, clients: count, watched, symbols, rateHz }) {
    const { path, headers, ping, greeting } = FORMS[name];
    let opened = 0;
    const openSome = async (): Promise<void> => {
      while (opened < count) {
        const chosen = choice(symbols, watched, (opened += 1));
        const client = await QuietClient.open({ port, path, headers, onBytes });
        client.send(greeting(chosen, rateHz));
        clients.push({ client, ping });
      }
    };
    await Promise.all(Array.from({ length: OPENING_MAX }, openSome));
    return { received };
  },
  received: async () => ({ bytes: received }),
});
