import type { BarColumns } from '../bar-series.ts';
import { BarStudy, type SlotRun } from './bar-study.ts';

/** One step of an exponential average of weight 2 / (length + 1). */
export function emaStep(previous: number, value: number, length: number): number {
  return previous + (value - previous) * (2 / (length + 1));
}

/** What is left of where an average began weighs less than this. */
const SETTLED = 1e-4;

/** Bars until an average in which each new value has this weight no longer depends on where it began. */
export function settlingBars(weight: number): number {
  return weight < 1 ? Math.ceil(Math.log(SETTLED) / Math.log(1 - weight)) : 0;
}

/** Exponential average of the closes, ticks, begun with the oldest close; shown once `length` bars have gone in. */
export class Ema extends BarStudy {
  readonly #length: number;

  constructor(length: number) {
    super(2);
    this.#length = length;
    this.barsBefore = settlingBars(2 / (length + 1));
  }

  protected override work({ close }: BarColumns, { first, from, to }: SlotRun): void {
    const [values, averages] = this.columns;
    const length = this.#length;
    for (let slot = from; slot < to; slot += 1) {
      averages[slot] = slot > first ? emaStep(averages[slot - 1], close[slot], length) : close[slot];
      values[slot] = slot - first + 1 >= length ? averages[slot] : Number.NaN;
    }
  }
}
