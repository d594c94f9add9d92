import { instrumentId, unixUs, type InstrumentId, type MarketEvent, type MarketEventType } from '#protocol';
import type { Cancel, Clock, EventSink, Feed } from '../../../server/engine/ports.ts';
import type { MarketLap } from './market-lap.ts';

const PUMP_INTERVAL_MS = 10;
/** Most market time that one pump makes up for; what a stalled process missed beyond it does not happen, us. */
const CATCH_UP_US = 250_000;

/**
 * Plays a lap of the market again and again, as a live source would deliver it: only while it is let, so that several servers can
 * be measured in turn.
 */
export class LapFeed implements Feed {
  readonly name = 'lap';
  readonly venue: string;
  readonly simulated = true;
  readonly offers: readonly MarketEventType[] = ['trade', 'quote', 'book'];
  readonly #lap: MarketLap;
  readonly #clock: Clock;
  #ids: InstrumentId[] = [];
  #sink: EventSink | null = null;
  #cancelPump: Cancel | null = null;
  /** Place in the lap, and the market time of the lap up to which it is played, us. */
  #next = 0;
  #playedUs = 0;
  #pumpedUs = 0;
  /** Market time played since the start, us. */
  marketUs = 0;

  constructor(lap: MarketLap, clock: Clock) {
    this.#lap = lap;
    this.#clock = clock;
    this.venue = lap.definitions[0]!.venue;
  }

  async start(sink: EventSink): Promise<void> {
    this.#sink = sink;
    this.#ids = this.#lap.definitions.map((definition) => sink.define(definition));
    sink.onState('live', '');
  }

  subscribe(): void {}

  unsubscribe(): void {}

  async close(): Promise<void> {
    this.halt();
  }

  /** Lets the market go on from where it stands. */
  run(): void {
    this.#pumpedUs = this.#clock.nowUs();
    this.#cancelPump ??= this.#clock.every(PUMP_INTERVAL_MS, () => this.#pump());
  }

  halt(): void {
    this.#cancelPump?.();
    this.#cancelPump = null;
  }

  #pump(): void {
    const nowUs = this.#clock.nowUs();
    const elapsedUs = Math.min(CATCH_UP_US, nowUs - this.#pumpedUs);
    this.#pumpedUs = nowUs;
    this.marketUs += elapsedUs;
    this.#playedUs += elapsedUs;
    const lap = this.#lap;
    for (;;) {
      if (this.#next === lap.events) {
        if (this.#playedUs < lap.lapUs) return;
        this.#next = 0;
        this.#playedUs -= lap.lapUs;
      }
      const agoUs = this.#playedUs - lap.offsetUs(this.#next);
      if (agoUs < 0) return;
      const id = this.#ids[lap.instrumentOf(this.#next)]!;
      this.#sink!.onEvent(lap.event(this.#next, id, unixUs(nowUs - Math.floor(agoUs))));
      this.#next += 1;
    }
  }
}

/** What a server that has no engine needs of a market: the events, with instruments by their place in the lap. */
export async function playLap(
  lap: MarketLap,
  clock: Clock,
  onEvent: (event: MarketEvent) => void,
): Promise<LapFeed> {
  const feed = new LapFeed(lap, clock);
  let defined = 0;
  await feed.start({ define: () => instrumentId(defined++), onEvent, onState: () => undefined });
  return feed;
}
