import {
  BinaryNumbers,
  FRAME_SNAPSHOT,
  PROTOCOL_VERSION,
  SOCKET_PATH,
  VALUES_OF_BITS,
  asOf,
  decodeServerFrame,
  encodeClientMessage,
  readFrameHead,
  timeAt,
  unixUs,
  type ClientMessage,
  type FrameHead,
  type TimelineClock,
} from '#protocol';
import { binaryFrame, textFrame } from '../fanout/client-frames.ts';
import type { ClientForm } from './requests.ts';
import { VIEWER_TOKEN } from '../fanout/viewer-token.ts';

/** Place of the trade's age among the numbers of a whole quote entry: it is counted from the frame's time and no state of the instrument. */
const AGE_PLACE = 4;

/** The states of instruments that snapshots hold. */
export class SeenStates {
  readonly #seen = new Set<string>();

  get states(): number {
    return this.#seen.size;
  }

  add(key: string): void {
    this.#seen.add(key);
  }
}

/** How a client of one server joins and reads. */
export interface Dialect {
  readonly path: string;
  /** What it says once it is connected. */
  greeting(symbols: string[], rateHz: number): Uint8Array;
  isSnapshot(payload: Uint8Array): boolean;
  /** What maps the server's versions to time, when this message tells it. */
  clock(payload: Uint8Array): TimelineClock | null;
  /** Time that a frame of values says it is of, us since 1970; null for anything else. */
  madeUs(payload: Uint8Array, clock: TimelineClock): number | null;
  /** Counts what a snapshot holds. */
  count(payload: Uint8Array, into: SeenStates): void;
}

const ours = (message: ClientMessage): Uint8Array =>
  binaryFrame(encodeClientMessage(message, 'binary') as Uint8Array);
const text = new TextDecoder();

/** Our data frames are arrays, our control messages maps: told apart by the first byte. */
function isData(payload: Uint8Array): boolean {
  const first = payload[0]!;
  return first >= 0xdc || (first >= 0x90 && first <= 0x9f);
}

const headOf = (payload: Uint8Array): FrameHead => readFrameHead(new BinaryNumbers(payload));

const tickwire: Dialect = {
  path: SOCKET_PATH,
  greeting: (selectors, maxRateHz) =>
    Buffer.concat([
      ours({ type: 'hello', version: PROTOCOL_VERSION, client: 'bench', token: VIEWER_TOKEN }),
      ours({ type: 'subscribe', subscription: 1, channel: 'quote', selectors, maxRateHz }),
    ]),
  isSnapshot: (payload) => isData(payload) && headOf(payload).kind === FRAME_SNAPSHOT,
  clock(payload) {
    const frame = decodeServerFrame(payload);
    return 'message' in frame && frame.message.type === 'welcome' ? frame.message.clock : null;
  },
  madeUs: (payload, clock) => (isData(payload) ? timeAt(clock, headOf(payload).asOf) : null),
  count(payload, into) {
    const numbers = new BinaryNumbers(payload);
    readFrameHead(numbers);
    while (numbers.left > 0) {
      const id = numbers.next();
      const values = VALUES_OF_BITS[numbers.next()]!;
      let key = String(id);
      for (let place = 2; place < values + 2; place += 1) {
        const value = numbers.next();
        if (place !== AGE_PLACE) key += `,${value}`;
      }
      into.add(key);
    }
  },
};

/** Messages of this server begin with their type and the time. */
const startOf = (payload: Uint8Array): string => text.decode(payload.subarray(0, 60));
/** It says the time itself. */
const NO_CLOCK: TimelineClock = { asOf: asOf(0), timeUs: unixUs(0), speed: 1 };

const json: Dialect = {
  path: '/',
  greeting: (symbols) => textFrame(JSON.stringify(symbols)),
  isSnapshot: (payload) => startOf(payload).startsWith('{"type":"snapshot"'),
  clock: () => NO_CLOCK,
  madeUs(payload) {
    const time = /"time":([\d.]+)/.exec(startOf(payload));
    return time === null ? null : Number(time[1]) * 1000;
  },
  count(payload, into) {
    const { rows } = JSON.parse(text.decode(payload)) as { rows: object[] };
    for (const row of rows) into.add(Object.values(row).join(','));
  },
};

export const DIALECTS: Record<ClientForm, Dialect> = { tickwire, json };
