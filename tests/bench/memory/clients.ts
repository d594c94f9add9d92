// Thousands of clients that do not read, in a process of their own so that their memory and cost are not the server's.
import { LIMITS, PROTOCOL_VERSION, SOCKET_PATH, SUBPROTOCOL_BINARY, encodeClientMessage } from '#protocol';
import type { ClientMessage } from '#protocol';
import { answerRequests } from '../fanout/control.ts';
import { binaryFrame, textFrame } from '../fanout/client-frames.ts';
import { choice } from './choice.ts';
import { QuietClient } from './quiet-client.ts';
import type { ClientForm, ClientRequests } from './requests.ts';
import { VIEWER_TOKEN } from '../fanout/viewer-token.ts';

/** Handshakes under way at once: fewer than a listening socket's queue. */
const OPENING_MAX = 100;
/** How often the clients whose turn it is show that they are alive, ms. */
const PING_STEP_MS = 20;

/** RFC 6455's own ping, empty, with a mask of zeros. */
const PING_FRAME = Uint8Array.of(0x89, 0x80, 0, 0, 0, 0);

const ours = (message: ClientMessage): Uint8Array =>
  binaryFrame(encodeClientMessage(message, 'binary') as Uint8Array);

interface Form {
  readonly path: string;
  readonly headers: readonly string[];
  readonly ping: Uint8Array;
  /** What a client says first. */
  greeting(watched: string[], rateHz: number): Uint8Array;
}

const plain: Form = { path: '/', headers: [], ping: PING_FRAME, greeting: () => new Uint8Array(0) };

const FORMS: Record<ClientForm, Form> = {
  tickwire: {
    path: SOCKET_PATH,
    headers: [`Sec-WebSocket-Protocol: ${SUBPROTOCOL_BINARY}`],
    ping: ours({ type: 'ping', nonce: 1 }),
    greeting(selectors, maxRateHz) {
      const hello = ours({ type: 'hello', version: PROTOCOL_VERSION, client: 'bench', token: VIEWER_TOKEN });
      if (selectors.length === 0) return hello;
      const subscribe = ours({ type: 'subscribe', subscription: 1, channel: 'quote', selectors, maxRateHz });
      return Buffer.concat([hello, subscribe]);
    },
  },
  ws: plain,
  'ws-deflate': {
    ...plain,
    headers: ['Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'],
  },
  // Engine.IO asks by itself whether its clients are alive, and takes an answer at any time: packet 3 = pong, 40 = connect.
  'socket.io': {
    ...plain,
    path: '/socket.io/?EIO=4&transport=websocket',
    ping: textFrame('3'),
    greeting: () => textFrame('40'),
  },
};

let clients: { client: QuietClient; ping: Uint8Array }[] = [];

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

answerRequests<ClientRequests>({
  async connect({ form: name, port, clients: count, watched, symbols, rateHz }) {
    const { path, headers, ping, greeting } = FORMS[name];
    let opened = 0;
    const openSome = async (): Promise<void> => {
      while (opened < count) {
        const chosen = choice(symbols, watched, (opened += 1));
        const client = await QuietClient.open({ port, path, headers });
        client.send(greeting(chosen, rateHz));
        clients.push({ client, ping });
      }
    };
    await Promise.all(Array.from({ length: OPENING_MAX }, openSome));
    return {};
  },
  async leave() {
    for (const { client } of clients) client.end();
    clients = [];
    return {};
  },
});
