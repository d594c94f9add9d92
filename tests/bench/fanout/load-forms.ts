import {
  BinaryNumbers,
  FRAME_DELTA,
  LIMITS,
  PROTOCOL_VERSION,
  SOCKET_PATH,
  SUBPROTOCOL_BINARY,
  VALUES_OF_BITS,
  encodeClientMessage,
  readFrameHead,
  type ClientMessage,
} from '#protocol';
import { binaryFrame, textFrame } from './client-frames.ts';
import type { LoadForm } from './control.ts';
import { connectPacket, isPublish, publishesIn, subscribePacket } from './mqtt-packets.ts';
import { VIEWER_TOKEN } from './viewer-token.ts';

/** What clients of one kind of server say, and how they read what they get. */
export interface Form {
  path(symbols: readonly string[]): string;
  readonly subprotocol: string | null;
  /** What a client says first. May be empty. */
  greeting(symbols: readonly string[], rateHz: number): Uint8Array;
  /** What it says every `LIMITS.heartbeatMs` to be kept; null = nothing. */
  readonly heartbeat: Uint8Array | null;
  /** Whether a message is market data, by its first byte. */
  isData(firstByte: number): boolean;
  /** Updates in a message of market data. */
  updatesIn(payload: Uint8Array): number;
}

/** Topic that carries ready frames on a broker. */
export const FRAMES_TOPIC = 'frames';

const text = new TextDecoder();
const root = (): string => '/';
const one = (): number => 1;
const always = (): boolean => true;

const say = (message: ClientMessage): Uint8Array =>
  binaryFrame(encodeClientMessage(message, 'binary') as Uint8Array);

function updatesInDelta(payload: Uint8Array): number {
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
}

const watchAsJson = (symbols: readonly string[]): Uint8Array => textFrame(JSON.stringify({ symbols }));

const mqtt = {
  path: () => '/mqtt',
  subprotocol: 'mqtt',
  heartbeat: null,
  isData: isPublish,
  updatesIn: publishesIn,
};

const watchTopics = (topics: readonly string[]): Uint8Array =>
  Buffer.concat([binaryFrame(connectPacket()), binaryFrame(subscribePacket(topics))]);

export const FORMS: Record<LoadForm, Form> = {
  tickwire: {
    path: () => SOCKET_PATH,
    subprotocol: SUBPROTOCOL_BINARY,
    greeting: (symbols, maxRateHz) =>
      Buffer.concat([
        say({ type: 'hello', version: PROTOCOL_VERSION, client: 'bench', token: VIEWER_TOKEN }),
        say({ type: 'subscribe', subscription: 1, channel: 'quote', selectors: [...symbols], maxRateHz }),
      ]),
    heartbeat: say({ type: 'ping', nonce: 1 }),
    // Our data frames are arrays, our control messages maps.
    isData: (first) => first === 0xdc || first === 0xdd || (first >= 0x90 && first <= 0x9f),
    updatesIn: updatesInDelta,
  },
  object: {
    path: root,
    subprotocol: null,
    greeting: watchAsJson,
    heartbeat: null,
    isData: always,
    updatesIn: one,
  },
  array: {
    path: root,
    subprotocol: null,
    greeting: watchAsJson,
    heartbeat: null,
    isData: always,
    updatesIn: (payload) => (JSON.parse(text.decode(payload)) as unknown[]).length,
  },
  'socket.io': {
    // The list stands in the address, because a room cannot be asked for before the server has answered `40`.
    path: (symbols) => `/socket.io/?EIO=4&transport=websocket&symbols=${encodeURIComponent(symbols.join())}`,
    subprotocol: null,
    greeting: () => textFrame('40'),
    heartbeat: null,
    // Engine.IO packet 4 = message; its other packets are control.
    isData: (first) => first === 0x34,
    updatesIn: one,
  },
  'mqtt-topics': { ...mqtt, greeting: watchTopics },
  'mqtt-frames': { ...mqtt, greeting: () => watchTopics([FRAMES_TOPIC]) },
  opaque: {
    path: root,
    subprotocol: null,
    greeting: () => new Uint8Array(0),
    heartbeat: null,
    isData: always,
    updatesIn: one,
  },
};

export const HEARTBEAT_MS = LIMITS.heartbeatMs;
