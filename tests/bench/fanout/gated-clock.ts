import { systemClock } from '../../../server/clock.ts';
import type { Clock } from '../../../server/engine/ports.ts';

/** The machine's clock with a gate in front of its repeating timers: while it is shut, a source that is pumped by one stands still. */
export class GatedClock implements Clock {
  isOpen = false;

  nowUs(): ReturnType<Clock['nowUs']> {
    return systemClock.nowUs();
  }

  after(delayMs: number, run: () => void): ReturnType<Clock['after']> {
    return systemClock.after(delayMs, run);
  }

  every(periodMs: number, run: () => void): ReturnType<Clock['every']> {
    return systemClock.every(periodMs, () => {
      if (this.isOpen) run();
    });
  }
}
