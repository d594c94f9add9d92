import type { EventDensity } from '#protocol';
import { clamp, ratePerSecond } from './event-rates.ts';
import { LIVE_SPAN_US } from './rate-history.ts';

/** A part of the bar, as shares of its width. */
export interface Stretch {
  from: number;
  to: number;
}

/** Time along the bar, and what happened in it. */
export interface BarAxis {
  readonly fromUs: number;
  readonly toUs: number;
  /** Where silence is folded. */
  readonly gaps: readonly Stretch[];
  shareAt(timeUs: number): number;
  timeAt(share: number): number;
  /** How long the silence is that a time lies in, us; 0 = it lies in none that is folded. */
  gapUs(timeUs: number): number;
  /** Events a second in each of `count` columns of equal width; NaN where a column lies in a fold. */
  columns(count: number): Float64Array;
}

/** An axis with what it was laid out from: rates are read off it. */
export interface LaidOutAxis {
  readonly axis: BarAxis;
  readonly runs: readonly EventDensity[];
}

/** The last hour on one straight line, where nothing is folded. */
class LiveAxis implements BarAxis {
  readonly fromUs: number;
  readonly toUs: number;
  readonly gaps = [];
  readonly #window: EventDensity;

  constructor(window: EventDensity) {
    this.#window = window;
    this.fromUs = window.fromTimeUs;
    this.toUs = this.fromUs + LIVE_SPAN_US;
  }

  shareAt(timeUs: number): number {
    return clamp((timeUs - this.fromUs) / LIVE_SPAN_US);
  }

  timeAt(share: number): number {
    return Math.round(this.fromUs + clamp(share) * LIVE_SPAN_US);
  }

  gapUs(): number {
    return 0;
  }

  columns(count: number): Float64Array {
    const timeOf = (column: number): number => this.fromUs + (column / count) * LIVE_SPAN_US;
    return Float64Array.from({ length: count }, (_, column) =>
      ratePerSecond([this.#window], timeOf(column), timeOf(column + 1)),
    );
  }
}

/** The bar of the live market: the last hour, ending now. */
export function liveAxis(window: EventDensity): LaidOutAxis {
  return { axis: new LiveAxis(window), runs: [window] };
}
