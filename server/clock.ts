import type { Cancel, Clock } from './engine/ports.ts';
import { unixUs } from '#protocol';

const CHECK_EVERY_MS = 1_000;
/** A monotonic clock stands still while the machine sleeps. From this much on it is put forward; it is never put back. */
const BEHIND_MAX_MS = 1_000;

/** How often it is looked whether the machine's clock was put back, and from how much on that is told. */
const PUT_BACK_CHECK_MS = 5_000;
const PUT_BACK_TOLD_MS = 5_000;

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

/** How far the time here is ahead of the machine's clock, ms: by as much as that was put back since the start. */
const systemAheadMs = (): number => originMs + performance.now() - Date.now();

/**
 * Tells the operator when the machine's clock was put back: the time here goes on as before, and only a new start takes up the right one.
 * It happens where a machine begins with a wrong clock and learns the time from the network.
 */
export function tellPutBack(
  clock: Clock,
  onNotice: (sentence: string) => void,
  aheadMs: () => number = systemAheadMs,
): Cancel {
  let toldMs = 0;
  return clock.every(PUT_BACK_CHECK_MS, () => {
    const nowMs = aheadMs();
    if (nowMs - toldMs < PUT_BACK_TOLD_MS) return;
    toldMs = nowMs;
    const seconds = Math.round(nowMs / 1000).toLocaleString('en-US');
    onNotice(
      `The machine's clock was put back: times here are ${seconds} s ahead of it, and tokens end so much too early. Restart the server.`,
    );
  });
}
