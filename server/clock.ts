import type { Clock } from './engine/ports.ts';
import { unixUs } from '#protocol';

const CHECK_EVERY_MS = 1_000;
/** A monotonic clock stands still while the machine sleeps. From this much on it is put forward; it is never put back. */
const BEHIND_MAX_MS = 1_000;

let originMs = performance.timeOrigin;
let checkMs = 0;

function catchUp(runMs: number): void {
  checkMs = runMs + CHECK_EVERY_MS;
  const behindMs = Date.now() - (originMs + runMs);
  if (behindMs > BEHIND_MAX_MS) originMs += behindMs;
}

/** The machine's clock. The only caller of Date.now and of timers that others are handed. */
export const systemClock: Clock = {
  nowUs() {
    const runMs = performance.now();
    if (runMs >= checkMs) catchUp(runMs);
    return unixUs(Math.floor((originMs + runMs) * 1000));
  },
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
