import {
  instrumentId,
  timeAt,
  unixUs,
  asOf,
  encodeServerMessage,
  invariant,
  type InstrumentDefinition,
  type InstrumentId,
  type MarketEvent,
  type UnixUs,
} from '#protocol';
import { Engine } from '../../server/engine/engine.ts';
import { Hub } from '../../server/engine/hub.ts';
import { SelectorSet } from '../../server/engine/selector.ts';
import { newSubscription, type HubPeer } from '../../server/engine/subscriber.ts';
import type { RecordingReader } from '../../server/tape/ports.ts';

/** The rate at which the viewer of a benchmark is served, Hz. */
export const VIEW_RATE_HZ = 10;
export const TICK_US = 1_000_000 / VIEW_RATE_HZ;
/** Production does this once a minute. */
const REBASE_US = 60_000_000;

/**
 * The production engine and hub with one viewer of all quotes at 10 Hz, driven in market time: no socket, no timer. What the
 * viewer would be sent goes to `onFrame`.
 */
export class QuoteMarket {
  readonly engine: Engine;
  readonly #hub: Hub;
  readonly #onFrame: (frame: Uint8Array) => void;
  #rebaseUs: number;
  /** Bytes of dictionary entries sent so far. */
  dictionaryBytes = 0;

  constructor(startUs: number, onFrame: (frame: Uint8Array) => void) {
    const start = unixUs(startUs);
    this.engine = new Engine(start);
    this.#hub = new Hub(this.engine, (version) =>
      timeAt({ asOf: asOf(0), timeUs: start, speed: 1 }, version),
    );
    this.#onFrame = onFrame;
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
    const subscriber = this.#hub.attach(this.#peer());
    const subscription = newSubscription(1, 'quote', selectors, VIEW_RATE_HZ);
    this.#hub.open(subscriber, subscription, null, unixUs(nowUs));
  }

  /** One tick of the viewer's rate. */
  tick(nowUs: number): void {
    if (nowUs >= this.#rebaseUs) {
      const { dictionary, state } = this.engine;
      dictionary.rebase(state.columns.last, state.columns.volume);
      this.#rebaseUs = nowUs + REBASE_US;
    }
    this.#hub.flush(VIEW_RATE_HZ, nowUs as UnixUs);
  }

  #peer(): HubPeer {
    return {
      ready: () => true,
      sendData: (frame) => this.#onFrame(frame),
      tellLost: () => undefined,
      tellInstruments: (generation, ids) => {
        const entries = ids.map((id) => this.engine.dictionary.entry(instrumentId(id)));
        const message = encodeServerMessage({ type: 'instruments', generation, entries }, 'binary');
        this.dictionaryBytes += webSocketBytes(message.length);
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
