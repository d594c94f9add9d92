import { formatAge, formatCount, formatPrice } from '../../format/index.ts';
import type { Bookmark } from '../../state/bookmarks.svelte.ts';
import type { Desk } from '../desk.svelte.ts';
import { gapWords } from './gap-words.ts';
import type { PriceTrail } from './price-trail.ts';
import type { ReplayAxis } from './replay-axis.ts';

export { PriceTrail } from './price-trail.ts';

/** A place of the bar that somebody points at. */
export interface PointedPlace {
  readonly timeUs: number;
  readonly axis: ReplayAxis;
  /** Events a second there; null = nothing is known. */
  readonly rate: number | null;
  /** Nothing is held of it. */
  readonly isLost: boolean;
  /** Time that the width of a mark stands for. */
  readonly reachUs: number;
  readonly bookmark: Bookmark | undefined;
}

/** What the bar tells of a place, after its time. Comes with the first pointer. */
export function placeWords(desk: Desk, trail: PriceTrail, place: PointedPlace): string[] {
  const { timeUs, axis, rate, isLost, reachUs, bookmark } = place;
  const words: string[] = [];
  if (isLost) words.push('not held');
  const price = trail.at(timeUs);
  if (price !== null) words.push(`${price.entry.symbol} ${formatPrice(price.ticks, price.entry)}`);
  const gap = gapWords(desk.market.gaps.marks, desk.instrument?.id ?? null, timeUs, reachUs);
  if (gap !== '') words.push(gap);
  if (rate !== null) words.push(`${rateText(rate)}/s`);
  else if (axis.isFolded(timeUs)) words.push(`Gap ${formatAge(axis.gapUs(timeUs) / 1000)}`);
  if (bookmark !== undefined) words.push(bookmark.label === '' ? 'bookmark' : bookmark.label);
  return words;
}

function rateText(perSecond: number): string {
  return perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : formatCount(perSecond);
}
