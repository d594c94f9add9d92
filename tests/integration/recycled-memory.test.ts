import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { describe, expect, it } from 'vitest';
import { Admission } from '../../server/sessions/admission.ts';
import { Session } from '../../server/sessions/session.ts';
import { WsSocket } from '../../server/sessions/ws-socket.ts';
import { ClientModel } from '../support/client-model.ts';
import { DrippingTcp } from '../support/dripping-tcp.ts';
import { encoded } from '../support/memory-socket.ts';
import { openGate } from '../support/open-gate.ts';
import { soleTimeline } from '../support/sole-timeline.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { quote, testTimeline, trade, type TestTimeline } from '../support/test-timeline.ts';

const VIEWERS = 24;
const SYMBOLS = 60;
/** Ten minutes of ticks; a tenth of that where time is short. */
const MINUTES = process.env['TICKWIRE_LONG_TESTS'] === undefined ? 1 : 10;

const FIRST_OF_MESSAGE = 0x82;
const FIRST_OF_PING = 0x89;
const FIRST_BYTES = [FIRST_OF_MESSAGE, FIRST_OF_PING];

/** The members of the library's socket that ready frames touch; a ping goes to the same network. */
class OpenSocket extends EventEmitter {
  readonly readyState = 1;
  readonly protocol = 'tickwire.v1';
  readonly #tcp: DrippingTcp;

  constructor(tcp: DrippingTcp) {
    super();
    this.#tcp = tcp;
  }

  ping(payload: Buffer): void {
    this.#tcp.write(Buffer.from([FIRST_OF_PING, payload.length, ...payload]));
  }
}

/** Puts a byte stream together to messages again, as a client does. */
class StreamReader {
  #rest = new Uint8Array(0);
  readonly #onMessage: (payload: Uint8Array) => void;
  readonly #onPing: (payload: Uint8Array) => void;

  constructor(onMessage: (payload: Uint8Array) => void, onPing: (payload: Uint8Array) => void) {
    this.#onMessage = onMessage;
    this.#onPing = onPing;
  }

  push(bytes: Uint8Array): void {
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    let at = 0;
    for (;;) {
      const short = all[at + 1] ?? 0;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (at + head > all.length) break;
      const view = new DataView(all.buffer, at);
      const size = short < 126 ? short : short === 126 ? view.getUint16(2) : view.getUint32(6);
      if (at + head + size > all.length) break;
      expect(FIRST_BYTES).toContain(all[at]);
      const payload = all.slice(at + head, at + head + size);
      if (all[at] === FIRST_OF_PING) this.#onPing(payload);
      else this.#onMessage(payload);
      at += head + size;
    }
    this.#rest = all.slice(at);
  }
}

/** A viewer of some instruments behind a network that takes bytes when it likes. */
class DrippingViewer {
  readonly model = new ClientModel();
  readonly tcp: DrippingTcp;
  readonly ids: ReadonlySet<number>;
  readonly #session: Session;

  constructor(parts: TestTimeline, admission: Admission, ids: readonly number[], window: number) {
    this.ids = new Set(ids);
    const reader: StreamReader = new StreamReader(
      (payload) => this.model.receive(payload),
      (payload) => socket.emit('pong', Buffer.from(payload)),
    );
    this.tcp = new DrippingTcp(window, (bytes) => reader.push(bytes));
    const socket = new OpenSocket(this.tcp);
    this.#session = new Session({
      id: 'dripping',
      socket: new WsSocket(socket as unknown as WebSocket, this.tcp as unknown as Socket),
      timelines: soleTimeline(parts.timeline, parts.clock),
      clock: parts.clock,
      serverName: 'test',
      allowControl: false,
      admission,
      gate: openGate(parts.clock),
      bitsPerSecondMax: 0,
      onEnd: () => {},
      log: () => {},
    });
    this.say({ type: 'hello', version: 1, client: 'test' });
    const selectors = ids.map((id) => `S${id}`);
    this.say({ type: 'subscribe', subscription: 1, channel: 'quote', selectors, maxRateHz: 20 });
    this.say({ type: 'subscribe', subscription: 2, channel: 'trade', selectors, maxRateHz: 10 });
  }

  say(message: Record<string, unknown>): void {
    this.#session.onFrame(encoded(message));
  }
}

/** The price says of what instrument it is: values of another one would show. */
function makeEvents({ engine, clock }: TestTimeline, random: SeededRandom): void {
  const nowUs = clock.nowUs();
  for (let count = 0; count < 20; count += 1) {
    const id = random.below(SYMBOLS);
    const price = (id + 1) * 10_000 + random.below(1_000);
    engine.onEvent(quote(id, nowUs, price, 1 + random.below(9_999), price + 1, 1 + random.below(9_999)));
    if (random.below(3) === 0) engine.onEvent(trade(id, nowUs, price, 1 + random.below(500)));
  }
}

describe('memory of frames that is used again', () => {
  it(`never shows a viewer the bytes of another one, in ${MINUTES} minutes of random partial drains`, () => {
    const parts = testTimeline({
      symbols: Array.from({ length: SYMBOLS }, (_, index) => `S${index}`),
      chunkViewers: 5,
      tradeRingSize: 131_072,
    });
    const admission = new Admission(parts.clock);
    const random = new SeededRandom(99);
    const viewers = Array.from({ length: VIEWERS }, (_, index) => {
      const ids = Array.from({ length: SYMBOLS }, (_, id) => id).filter(() => random.below(3) > 0);
      // Some share a list; some networks take everything at once, some nothing.
      const list = index % 4 === 0 ? Array.from({ length: SYMBOLS }, (_, id) => id) : ids;
      return new DrippingViewer(parts, admission, list, random.pick([0, 0, 1, 300, 100_000]));
    });
    for (let step = 0; step < MINUTES * 60 * 40; step += 1) {
      makeEvents(parts, random);
      parts.clock.advance(25);
      for (const viewer of viewers) {
        if (random.below(3) === 0) viewer.tcp.drain(random.pick([1, 1, 7, 100, 3_000]));
        if (step % 200 === 0) viewer.say({ type: 'ping', nonce: 1 });
      }
    }
    for (let round = 0; round < 20; round += 1) {
      for (const { tcp } of viewers) tcp.drain(Number.POSITIVE_INFINITY);
      parts.clock.advance(100);
    }
    for (const { model, ids } of viewers) {
      for (const { ids: seen } of model.frames) expect(seen.every((id) => ids.has(id))).toBe(true);
      for (const id of ids) {
        for (const field of ['last', 'bid', 'bidSize', 'ask', 'askSize', 'high', 'low', 'volume'] as const)
          expect(model.columns[field][id]).toBe(parts.engine.state.columns[field][id]);
        for (const one of model.trade.rows.get(id)?.values() ?? [])
          expect(one === null || Math.floor(one.price / 10_000) === id + 1).toBe(true);
      }
    }
  }, 120_000);
});
