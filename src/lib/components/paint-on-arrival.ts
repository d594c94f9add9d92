import type { FrameScheduler } from '../scheduler/frame-scheduler.ts';
import type { Market } from '../state/market.ts';

/** Values of a new instant come in a few parts, within this time of the first, ms. */
const ARRIVING_MS = 500;

/**
 * Paints every panel at once, whatever its cadence, when the values of another place in time arrive: after a seek or a step nobody waits a
 * second for a sparkline. Returns the undo.
 */
export function paintOnArrival(
  { quotes, timeline }: Pick<Market, 'quotes' | 'timeline'>,
  scheduler: Pick<FrameScheduler, 'requestAll'>,
): () => void {
  let { epoch } = timeline;
  let untilMs = 0;
  return quotes.onCommit(() => {
    const nowMs = performance.now();
    if (timeline.epoch !== epoch) {
      epoch = timeline.epoch;
      untilMs = nowMs + ARRIVING_MS;
    }
    if (nowMs < untilMs) scheduler.requestAll();
  });
}
