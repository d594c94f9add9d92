import type { ClientClock } from './client-clock.ts';
import type { TickwireClient } from './tickwire-client.ts';
import type { RatesCommit } from './worker-api.ts';

/** How often the rates are told, ms. */
const RATES_EVERY_MS = 1_000;

/** Counts once a second what a client took in, and tells it. Ends with `close`. */
export class RatesMeter {
  readonly #client: TickwireClient;
  readonly #clock: ClientClock;
  readonly #tell: (rates: RatesCommit) => void;
  #frames = 0;
  #values = 0;
  #countedAtUs: number;
  #cancel = (): void => undefined;

  constructor(client: TickwireClient, clock: ClientClock, tell: (rates: RatesCommit) => void) {
    this.#client = client;
    this.#clock = clock;
    this.#tell = tell;
    this.#countedAtUs = clock.nowUs();
    this.#arm();
  }

  close(): void {
    this.#cancel();
  }

  #arm(): void {
    this.#cancel = this.#clock.after(RATES_EVERY_MS, () => {
      this.#arm();
      this.#count();
    });
  }

  #count(): void {
    const nowUs = this.#clock.nowUs();
    const seconds = Math.max(0.001, (nowUs - this.#countedAtUs) / 1e6);
    const { quoteFrames, valuesApplied } = this.#client.mirror;
    const framesPerSecond = (quoteFrames - this.#frames) / seconds;
    const valuesPerSecond = (valuesApplied - this.#values) / seconds;
    this.#countedAtUs = nowUs;
    this.#frames = quoteFrames;
    this.#values = valuesApplied;
    this.#tell({ framesPerSecond, valuesPerSecond, counters: { ...this.#client.counters } });
  }
}
