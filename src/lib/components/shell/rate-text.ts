import { formatCount } from '../../format/index.ts';

/** A measured rate: `9.8`, `9,982`. */
export function rateText(perSecond: number): string {
  return perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : formatCount(perSecond);
}
