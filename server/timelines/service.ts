import type { Hub } from '../engine/hub.ts';
import { Pacing } from '../engine/pacing.ts';
import type { Cancel, Clock } from '../engine/ports.ts';
import { RateCeiling } from '../engine/rate-ceiling.ts';
import type { FanoutReport } from '../engine/reports.ts';
import { StalenessHistogram } from '../engine/staleness.ts';

/** Viewers that are served before the source is let in again: about two milliseconds of writing. */
export const CHUNK_VIEWERS = 256;
/** Ticks of these rates and below are spread out: nobody notices when a value of every second comes a few hundred ms after its tick. */
const SPREAD_HZ_MAX = 2;
/** Pause between two portions of such a tick, about twice as long as a portion takes, ms. */
const SPREAD_PAUSE_MS = 8;

/**
 * When viewers are served: the ticks of all rates on one clock, each served in portions, and fewer of them while the process is
 * busier than it can be. Not what is served: that is the hub's.
 */
export class Service {
  readonly #clock: Clock;
  readonly #hub: Hub;
  readonly #chunkViewers: number;
  readonly #onCeiling: (ceilingHz: number) => void;
  readonly #pacing: Pacing;
  readonly #ceiling = new RateCeiling();
  readonly #lateness = new StalenessHistogram();
  /** Grid points of the ticks that are not served to their end yet, by rate. */
  readonly #due = new Map<number, number>();
  #isHeld = false;
  #cancelNext: Cancel | null = null;

  constructor(clock: Clock, hub: Hub, chunkViewers: number, onCeiling: (ceilingHz: number) => void) {
    this.#clock = clock;
    this.#chunkViewers = chunkViewers;
    this.#hub = hub;
    this.#onCeiling = onCeiling;
    this.#pacing = new Pacing(clock, ({ rateHz, dueUs }) => this.#onDue(rateHz, dueUs));
  }

  /** While a recording is wound to another place, nothing is served. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  get ceilingHz(): number {
    return this.#ceiling.hz;
  }

  hold(): void {
    this.#isHeld = true;
    this.#due.clear();
  }

  release(): void {
    this.#isHeld = false;
  }

  /** Serves the rates that somebody uses now. */
  update(): void {
    this.#pacing.serve(this.#hub.ratesHz());
  }

  close(): void {
    this.#pacing.close();
    this.#cancelNext?.();
    this.#cancelNext = null;
  }

  report(): Pick<FanoutReport, 'gridTicksSkipped' | 'lateness' | 'ceilingHz'> {
    return {
      gridTicksSkipped: this.#pacing.skippedTicks,
      lateness: this.#lateness.report(),
      ceilingHz: this.#ceiling.hz,
    };
  }

  #onDue(rateHz: number, dueUs: number): void {
    if (this.#isHeld) return;
    if (this.#due.has(rateHz)) {
      // Its tick before is still being served: this one is merged into it.
      this.#pacing.skippedTicks += 1;
      return;
    }
    this.#due.set(rateHz, dueUs);
    this.#hub.due(rateHz, dueUs);
    // Rates that share this grid point fall due in the same turn: the fastest of them goes first.
    this.#cancelNext?.();
    this.#cancelNext = this.#clock.soon(() => this.#serve());
  }

  #serve(): void {
    this.#cancelNext = null;
    const isMore = this.#hub.proceed(this.#chunkViewers, this.#clock.nowUs(), (rateHz) =>
      this.#onServed(rateHz),
    );
    if (!isMore) return;
    const isSpread = this.#hub.servedHz <= SPREAD_HZ_MAX;
    this.#cancelNext = isSpread
      ? this.#clock.after(SPREAD_PAUSE_MS, () => this.#serve())
      : this.#clock.soon(() => this.#serve());
  }

  #onServed(rateHz: number): void {
    const dueUs = this.#due.get(rateHz);
    if (dueUs === undefined) return;
    this.#due.delete(rateHz);
    const nowUs = this.#clock.nowUs();
    const lateMs = (nowUs - dueUs) / 1000;
    this.#lateness.add(lateMs);
    if (!this.#ceiling.onTick(nowUs, lateMs, this.#pacing.servedHz(rateHz))) return;
    this.#pacing.limit(this.#ceiling.hz);
    this.#onCeiling(this.#ceiling.hz);
  }
}
