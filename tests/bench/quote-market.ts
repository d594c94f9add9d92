import {
  timeAt,
  unixUs,
  asOf,
  encodeInstrumentsMessage,
  invariant,
  type InstrumentDefinition,
  type InstrumentId,
  type MarketEvent,
} from '#protocol';
import { Engine } from '../../server/engine/engine.ts';
import { Hub } from '../../server/engine/hub.ts';
import { REBASE_LOOKS_PER_SECOND } from '../../server/engine/rebase-policy.ts';
import { SelectorSet } from '../../server/engine/selector.ts';
import { newSubscription, type HubPeer } from '../../server/engine/subscriber.ts';
import type { RecordingReader } from '../../server/tape/ports.ts';

/** The rate at which the viewer of a benchmark is served, Hz. */
export const VIEW_RATE_HZ = 10;
export const TICK_US = 1_000_000 / VIEW_RATE_HZ;
const REBASE_US = 1_000_000 / REBASE_LOOKS_PER_SECOND;

/**
 * The production engine and hub with one viewer of all quotes at 10 Hz, driven in market time: no socket, no timer. What the
 * viewer would be sent goes to `onFrame`, and what it is told of the dictionary to `onInstruments`.
 */
export class QuoteMarket {
  readonly engine: Engine;
  readonly #hub: Hub;
  readonly #onFrame: (frame: Uint8Array) => void;
  readonly #onInstruments: (message: Uint8Array) => void;
  #rebaseUs: number;
  /** Bytes of dictionary entries sent so far. */
  dictionaryBytes = 0;

  constructor(
    startUs: number,
    onFrame: (frame: Uint8Array) => void,
    onInstruments: (message: Uint8Array) => void = () => undefined,
  ) {
    const start = unixUs(startUs);
    this.engine = new Engine(start);
    this.#hub = new Hub(this.engine, (version) =>
      timeAt({ asOf: asOf(0), timeUs: start, speed: 1 }, version),
    );
    this.#onFrame = onFrame;
    this.#onInstruments = onInstruments;
    this.#rebaseUs = startUs + REBASE_US;
  }

  define(definition: InstrumentDefinition): InstrumentId {
    return this.engine.define(definition);
  }

  onEvent(event: MarketEvent): void {
    this.engine.onEvent(event);
  }

  /** Lets the viewer in; the snapshot is the first frame. */
  watch(nowUs: number): void {
    const selectors = SelectorSet.parse(['*']);
    invariant(selectors !== null, 'a star is a selector');
    const subscriber = this.#hub.attach(this.#peer(), null);
    const subscription = newSubscription(1, 'quote', selectors, VIEW_RATE_HZ);
    this.#hub.open(subscriber, subscription, null, unixUs(nowUs));
  }

  /** One tick of the viewer's rate. */
  tick(nowUs: number): void {
    if (nowUs >= this.#rebaseUs) {
      this.engine.dictionary.rebase(this.engine.state);
      this.#rebaseUs = nowUs + REBASE_US;
    }
    this.#hub.due(VIEW_RATE_HZ, nowUs);
    this.#hub.proceed(Number.POSITIVE_INFINITY, unixUs(nowUs), () => undefined);
  }

  #peer(): HubPeer {
    return {
      controlBytes: 0,
      room: () => Number.POSITIVE_INFINITY,
      roomAtMost: () => Number.POSITIVE_INFINITY,
      // The frame's memory is used again at the next tick.
      sendData: ({ bytes, payloadAt }) => this.#onFrame(new Uint8Array(bytes.subarray(payloadAt))),
      tellLost: () => undefined,
      tellInstruments: (generation, ids, changed) => {
        const { dictionary } = this.engine;
        const entries = ids.map((id) => dictionary.entryBytes(id));
        const message = encodeInstrumentsMessage(generation, entries, dictionary.references(changed));
        this.dictionaryBytes += webSocketBytes(message.length);
        this.#onInstruments(message);
      },
    };
  }
}

/** Plays a recording to a market at the recorded times; ticks in which nothing happened are left out. */
export function playInTicks(recording: RecordingReader, events: number, market: QuoteMarket): void {
  const startUs = recording.firstTimeUs;
  let tickUs = startUs;
  let index = 0;
  recording.play(0, events, (event) => {
    const timeUs = recording.timeOfEvent(index);
    index += 1;
    if (timeUs > tickUs) {
      if (index > 1) market.tick(tickUs);
      tickUs = unixUs(startUs + Math.ceil((timeUs - startUs) / TICK_US) * TICK_US);
    }
    market.onEvent(event);
  });
  market.tick(tickUs);
}

/** Bytes on the wire of a message of this size from a server: RFC 6455 section 5.2, no mask. */
export function webSocketBytes(payload: number): number {
  return payload + (payload < 126 ? 2 : payload < 65_536 ? 4 : 10);
}
