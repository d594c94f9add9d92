import type { BarAxis } from './bar-axis.ts';

/** Share of the bar that an arrow key and a page key move the playhead; with Shift an arrow moves it by a second. */
const KEY_STEP = 0.01;
const PAGE_STEP = 0.1;
const SECOND_US = 1_000_000;

/** Where a key moves the playhead from; NaN = nowhere. */
export function keyGoalUs(
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
  axis: BarAxis,
  nowUs: number,
  firstUs: number,
): number {
  if (key === 'Home') return firstUs;
  const sign = { ArrowLeft: -1, ArrowRight: 1, PageDown: -1, PageUp: 1 }[key];
  if (sign === undefined) return Number.NaN;
  if (shiftKey && key.startsWith('Arrow')) return nowUs + sign * SECOND_US;
  const by = sign * (key.startsWith('Page') ? PAGE_STEP : KEY_STEP);
  return axis.timeAt(Math.min(1, Math.max(0, axis.shareAt(nowUs) + by)));
}
