import type { EventDensity } from '#protocol';
import { formatAge, formatCount, formatPrice } from '../../format/index.ts';
import type { Bookmark } from '../../state/bookmarks.svelte.ts';
import type { Desk } from '../desk.svelte.ts';
import { gapWords } from './gap-words.ts';
import type { PriceTrail } from './price-trail.ts';
import type { BarAxis } from './bar-axis.ts';
import { endOf, ratePerSecond } from './event-rates.ts';

/** A place of the bar that somebody points at. */
export interface PointedPlace {
  readonly timeUs: number;
  readonly axis: BarAxis;
  /** What the axis was laid out from. */
  readonly runs: readonly EventDensity[];
  /** Nothing is held of it. */
  readonly isLost: boolean;
  /** Time that the width of a mark stands for. */
  readonly reachUs: number;
  readonly bookmark: Bookmark | undefined;
}

/** What the bar tells of a place, after its time. */
export function placeWords(desk: Desk, trail: PriceTrail, place: PointedPlace): string[] {
  const { timeUs, axis, runs, isLost, reachUs, bookmark } = place;
  const words: string[] = [];
  const gapUs = axis.gapUs(timeUs);
  const rate = rateAt(runs, timeUs);
  if (isLost) words.push('not held');
  const price = trail.at(timeUs);
  if (price !== null) words.push(`${price.entry.symbol} ${formatPrice(price.ticks, price.entry)}`);
  const gap = gapWords(desk.market.gaps.marks, desk.instrument?.id ?? null, timeUs, reachUs);
  if (gap !== '') words.push(gap);
  if (rate !== null) words.push(`${rateText(rate)}/s`);
  else if (gapUs > 0) words.push(`Gap ${formatAge(gapUs / 1000)}`);
  if (bookmark !== undefined) words.push(bookmark.label === '' ? 'bookmark' : bookmark.label);
  return words;
}

/** Events a second around a time, over a bucket's length; null where no run has it. */
export function rateAt(runs: readonly EventDensity[], timeUs: number): number | null {
  const run = runs.find((it) => timeUs >= it.fromTimeUs && timeUs < endOf(it));
  if (run === undefined) return null;
  const halfUs = run.bucketUs / 2;
  return ratePerSecond(runs, timeUs - halfUs, timeUs + halfUs);
}

function rateText(perSecond: number): string {
  return perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : formatCount(perSecond);
}
