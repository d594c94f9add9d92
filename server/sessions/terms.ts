import { LIMITS, type TuneMessage, type TunedMessage } from '#protocol';
import type { Timeline } from '../timelines/timeline.ts';
import type { Outlet } from './outlet.ts';

/** What a connection asked for as a whole: a ceiling over its rates, and a cap on its bandwidth. */
export class Terms {
  /** Ceiling over the rates of all subscriptions, Hz. */
  ceilingHz: number = LIMITS.rateHzMax;
  #timeline: Timeline;
  readonly #outlet: Outlet;
  /** The operator's ceiling, bits a second; 0 = none. */
  readonly #bitsPerSecondMax: number;

  constructor(timeline: Timeline, outlet: Outlet, bitsPerSecondMax: number) {
    this.#timeline = timeline;
    this.#outlet = outlet;
    this.#bitsPerSecondMax = bitsPerSecondMax;
    outlet.pressure.limit(bitsPerSecondMax);
  }

  /** The connection watches this timeline from now on. */
  begin(timeline: Timeline): void {
    this.#timeline = timeline;
    if (this.ceilingHz < LIMITS.rateHzMax) timeline.limitRate(this.#outlet, this.ceilingHz);
    this.#timeline.limitBandwidth(this.#outlet, this.#outlet.pressure.isCapped);
  }

  /** Does what a `tune` of the connection asks; returns what was granted. */
  tune({ maxRateHz, maxBitsPerSecond }: TuneMessage & { subscription?: never }): TunedMessage {
    const { pressure } = this.#outlet;
    if (maxRateHz !== undefined) this.ceilingHz = this.#timeline.limitRate(this.#outlet, maxRateHz);
    if (maxBitsPerSecond !== undefined) {
      pressure.limit(this.#grant(maxBitsPerSecond));
      this.#timeline.limitBandwidth(this.#outlet, pressure.isCapped);
    }
    this.onRates();
    return { type: 'tuned', maxRateHz: this.ceilingHz, maxBitsPerSecond: pressure.bitsPerSecond };
  }

  /** Subscriptions or their rates changed. */
  onRates(): void {
    let fastestHz = 0;
    for (const { rateHz } of this.#timeline.subscriptions(this.#outlet).values())
      fastestHz = Math.max(fastestHz, Math.min(rateHz, this.ceilingHz));
    this.#outlet.onRates(fastestHz);
  }

  #grant(asked: number): number {
    const most = this.#bitsPerSecondMax;
    return asked === 0 || (most > 0 && asked > most) ? most : asked;
  }
}
