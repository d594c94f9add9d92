import type { Clock } from './engine/ports.ts';
import { unixUs } from '#protocol';

/** The machine's clock. The only caller of Date.now and of timers that others are handed. */
export const systemClock: Clock = {
  nowUs: () => unixUs(Math.floor((performance.timeOrigin + performance.now()) * 1000)),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  every(periodMs, run) {
    const timer = setInterval(run, periodMs);
    return () => clearInterval(timer);
  },
  soon(run) {
    const turn = setImmediate(run);
    return () => clearImmediate(turn);
  },
};
