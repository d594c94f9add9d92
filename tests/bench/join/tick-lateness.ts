import { invariant } from '#protocol';
import type { Lateness } from '../fanout/control.ts';
import { quantile } from '../rounds.ts';

/** Steps in which the place of the grid is looked for, us. */
const STEP_US = 1_000;
/** Punctual frames say a time within this many steps from their grid point. */
const PUNCTUAL_STEPS = 3;

interface Arrival {
  readonly viewer: number;
  /** Time that the frame says it is of, and when its viewer had it, us since 1970. */
  readonly madeUs: number;
  readonly arrivalUs: number;
}

/**
 * How late viewers have what their server's ticks should have brought: from each grid point to the frame that covers it. A tick that
 * was left out counts as late until the next frame came. Where the grid lies is found in the first frames that are asked about.
 */
export class TickLateness {
  readonly #periodUs: number;
  #arrivals: Arrival[] = [];
  #gridUs: number | null = null;

  constructor(rateHz: number) {
    this.#periodUs = 1_000_000 / rateHz;
  }

  note(arrival: Arrival): void {
    this.#arrivals.push(arrival);
  }

  forget(): void {
    this.#arrivals = [];
  }

  /** Of the frames since the last call. */
  take(): Lateness {
    const arrivals = this.#arrivals;
    this.#arrivals = [];
    invariant(arrivals.length > 0, 'lateness needs frames');
    const gridUs = (this.#gridUs ??= gridOf(arrivals, this.#periodUs));
    const newest = new Map<number, number>();
    const latenessMs: number[] = [];
    for (const { viewer, madeUs, arrivalUs } of arrivals) {
      const tick = Math.floor((madeUs + STEP_US - gridUs) / this.#periodUs);
      const before = newest.get(viewer) ?? tick - 1;
      for (let covered = before + 1; covered <= tick; covered += 1)
        latenessMs.push((arrivalUs - gridUs - covered * this.#periodUs) / 1000);
      newest.set(viewer, Math.max(before, tick));
    }
    return { p50Ms: quantile(latenessMs, 0.5), p99Ms: quantile(latenessMs, 0.99) };
  }
}

/** Frames are made at their grid point or after it, most of them soon: where they are densest, the grid is. */
function gridOf(arrivals: readonly Arrival[], periodUs: number): number {
  const steps = Math.round(periodUs / STEP_US);
  const counts = new Uint32Array(steps);
  for (const { madeUs } of arrivals) counts[Math.floor((madeUs % periodUs) / STEP_US) % steps]! += 1;
  const within = (step: number): number => {
    let sum = 0;
    for (let offset = 0; offset < PUNCTUAL_STEPS; offset += 1) sum += counts[(step + offset) % steps]!;
    return sum;
  };
  let densest = 0;
  for (let step = 1; step < steps; step += 1) if (within(step) > within(densest)) densest = step;
  // Of the densest run, the first step that is not empty.
  while (counts[densest % steps] === 0) densest += 1;
  return densest * STEP_US;
}
