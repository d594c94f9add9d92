import { freemem, loadavg, totalmem } from 'node:os';
import { AGGRESSOR_UNKNOWN, priceTicks, sizeLots, textToSteps } from '#protocol';
import type { Cancel, Clock, EventSink, Feed } from '../../server/engine/ports.ts';

const tick = { units: 1, decimals: 2 };
const lot = { units: 1, decimals: 0 };

/** This machine's load and used memory as two instruments, once a second: a real feed that needs no network. */
class MachineLoadFeed implements Feed {
  readonly name = 'machine';
  readonly venue = 'HOST';
  readonly simulated = false;
  readonly offers = ['trade'] as const;
  readonly #clock: Clock;
  #timer: Cancel | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async start(sink: EventSink): Promise<void> {
    const define = (symbol: string, name: string) =>
      sink.define({ venue: this.venue, symbol, name, assetClass: 'other', currency: '', tick, lot });
    const sources = [
      { instrument: define('LOAD', 'Load average, 1 min'), text: () => loadavg()[0]!.toFixed(2) },
      {
        instrument: define('MEMORY', 'Memory in use, %'),
        text: () => (100 - (100 * freemem()) / totalmem()).toFixed(2),
      },
    ];
    const read = (): void => {
      const nowUs = this.#clock.nowUs();
      for (const { instrument, text } of sources) {
        sink.onEvent({
          type: 'trade',
          instrument,
          venueTimeUs: nowUs,
          receiveTimeUs: nowUs,
          price: priceTicks(textToSteps(text(), tick)),
          size: sizeLots(1),
          aggressor: AGGRESSOR_UNKNOWN,
          tradeId: '',
        });
      }
    };
    read();
    this.#timer = this.#clock.every(1_000, read);
    sink.onState('live', '');
  }

  // Two instruments cost nothing: they are read whether or not somebody watches.
  subscribe(): void {}

  unsubscribe(): void {}

  async close(): Promise<void> {
    this.#timer?.();
    this.#timer = null;
  }
}

export default (clock: Clock): Feed => new MachineLoadFeed(clock);
