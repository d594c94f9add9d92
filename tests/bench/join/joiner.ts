import {
  BinaryNumbers,
  FRAME_SNAPSHOT,
  PROTOCOL_VERSION,
  VALUES_OF_BITS,
  decodeServerFrame,
  encodeClientMessage,
  readFrameHead,
  timeAt,
  type ClientMessage,
  type TimelineClock,
} from '#protocol';
import { binaryFrame, textFrame } from '../fanout/client-frames.ts';
import type { ClientForm } from './requests.ts';

/** Place of the trade's age among the numbers of a whole quote entry: it is counted from the frame's time and no state of the instrument. */
const AGE_PLACE = 4;

/** What a client was sent, as far as it matters here. */
export type Read =
  | { readonly kind: 'snapshot' }
  /** @property madeUs time that a frame of values says it is of, us since 1970 */
  | { readonly kind: 'values'; readonly madeUs: number }
  | { readonly kind: 'clock'; readonly clock: TimelineClock }
  | null;

/** The states of instruments that snapshots hold. */
export class SeenStates {
  entries = 0;
  readonly #seen = new Set<string>();

  get states(): number {
    return this.#seen.size;
  }

  add(key: string): void {
    this.entries += 1;
    this.#seen.add(key);
  }
}

/** How a client of one server joins and reads. */
export interface Dialect {
  readonly path: string;
  /** What it says once it is connected. */
  greeting(symbols: string[], rateHz: number): Uint8Array;
  read(payload: Uint8Array, clock: TimelineClock | null): Read;
  /** Counts what a snapshot holds. */
  count(payload: Uint8Array, into: SeenStates): void;
}

const ours = (message: ClientMessage): Uint8Array =>
  binaryFrame(encodeClientMessage(message, 'binary') as Uint8Array);
const text = new TextDecoder();

/** Our data frames are arrays, our control messages maps: told apart by the first byte. */
const isData = (first: number): boolean => first >= 0xdc || (first >= 0x90 && first <= 0x9f);

const tickwire: Dialect = {
  path: '/ws',
  greeting: (selectors, maxRateHz) =>
    Buffer.concat([
      ours({ type: 'hello', version: PROTOCOL_VERSION, client: 'bench' }),
      ours({ type: 'subscribe', subscription: 1, channel: 'quote', selectors, maxRateHz }),
    ]),
  read(payload, clock) {
    if (isData(payload[0]!)) {
      const { kind, asOf } = readFrameHead(new BinaryNumbers(payload));
      if (kind === FRAME_SNAPSHOT) return { kind: 'snapshot' };
      return clock === null ? null : { kind: 'values', madeUs: timeAt(clock, asOf) };
    }
    // Only the first message tells of the clock; the others are not worth opening.
    if (clock !== null) return null;
    const frame = decodeServerFrame(payload);
    return 'message' in frame && frame.message.type === 'welcome'
      ? { kind: 'clock', clock: frame.message.clock }
      : null;
  },
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

const json: Dialect = {
  path: '/',
  greeting: (symbols) => textFrame(JSON.stringify(symbols)),
  read(payload) {
    const start = text.decode(payload.subarray(0, 60));
    if (start.startsWith('{"type":"snapshot"')) return { kind: 'snapshot' };
    const time = /"time":([\d.]+)/.exec(start);
    return time === null ? null : { kind: 'values', madeUs: Number(time[1]) * 1000 };
  },
  count(payload, into) {
    const { rows } = JSON.parse(text.decode(payload)) as { rows: object[] };
    for (const row of rows) into.add(Object.values(row).join(','));
  },
};

export const DIALECTS: Record<ClientForm, Dialect> = { tickwire, json };
