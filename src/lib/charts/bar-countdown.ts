import { formatCountdown } from '../format/index.ts';

/** Bars shorter than this are not counted down: the text would change faster than it can be read. */
const COUNTED_MIN_S = 5;

/** Time left to the end of the interval that the timeline is in, as text; empty where nothing is counted. */
export function barCountdown(nowUs: number, intervalS: number): string {
  const nowS = nowUs / 1e6;
  if (intervalS < COUNTED_MIN_S || !(nowS > 0)) return '';
  return formatCountdown(Math.ceil(intervalS - (nowS % intervalS)));
}
