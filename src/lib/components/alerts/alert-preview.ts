import { secondsWords } from '../../../protocol/alert-words.ts';
import { stepsAround } from '../../../protocol/alert-level.ts';
import type { AlertCondition } from '../../../protocol/alert.ts';
import type { DictionaryEntry } from '#protocol';
import {
  changeRatio,
  formatAge,
  formatBasisPoints,
  formatCount,
  formatPercent,
  formatPrice,
} from '../../format/index.ts';

/** What the page knows of an instrument now: prices in ticks, NaN = not known. */
export interface PreviewValues {
  readonly last: number;
  readonly bid: number;
  readonly ask: number;
  /** One a minute, oldest first; the last is the price now. */
  readonly closes: readonly number[];
  /** Since the last update on this page, ms; NaN = none came. */
  readonly ageMs: number;
}

/** How far the present value is from what an alert waits for, in a sentence or two; empty where nothing can be said yet. */
export function previewText(
  condition: AlertCondition,
  entry: DictionaryEntry,
  values: PreviewValues,
): string {
  switch (condition.kind) {
    case 'price':
      return pricePreview(condition, entry, values[condition.field]);
    case 'change':
      return changePreview(condition.windowS, values);
    case 'volume':
      return `Says nothing before it has watched for ${secondsWords(condition.recentS + condition.baseS)}.`;
    case 'spread':
      return spreadPreview(values);
    case 'stale':
      return Number.isFinite(values.ageMs) ? `The last update came ${formatAge(values.ageMs)} ago.` : '';
  }
}

function pricePreview(
  condition: AlertCondition & { kind: 'price' },
  entry: DictionaryEntry,
  price: number,
): string {
  const level = stepsAround(condition.level, entry.tick);
  if (level === null) return '';
  const between =
    level.floor === level.ceil
      ? ''
      : ` Between two ticks: reached at ${formatPrice(level.ceil, entry)} from below and at ${formatPrice(level.floor, entry)} from above.`;
  if (!Number.isFinite(price)) return `There is no ${condition.field} yet.${between}`;
  const now = `${capital(condition.field)} is ${formatPrice(price, entry)}`;
  const target = price <= level.floor ? level.ceil : level.floor;
  const distance = target - price;
  const isThere = distance === 0;
  const away = isThere
    ? `${now}, at the level: fires when it has left and comes back.`
    : `${now}, ${formatPrice(Math.abs(distance), entry)} (${formatPercent(changeRatio(target, price))}) away.`;
  return `${away}${wrongSide(condition, price, level)}${between}`;
}

/** A price that is beyond the level already has to come back before it can cross. */
function wrongSide(
  { direction }: AlertCondition & { kind: 'price' },
  price: number,
  level: { floor: number; ceil: number },
): string {
  const isBeyond =
    (direction === 'above' && price > level.ceil) || (direction === 'below' && price < level.floor);
  return isBeyond ? ` It is ${direction} already: fires when it has come back and crosses again.` : '';
}

function changePreview(windowS: number, { closes }: PreviewValues): string {
  const minutes = Math.ceil(windowS / 60);
  if (minutes >= closes.length) return 'Counts from when the alert is made.';
  const seen = closes.slice(-minutes - 1);
  const now = seen.at(-1)!;
  const rise = changeRatio(now, Math.min(...seen));
  const fall = changeRatio(now, Math.max(...seen));
  return `Now ${formatPercent(rise)} from the low and ${formatPercent(fall)} from the high of the last ${secondsWords(minutes * 60)}.`;
}

function spreadPreview({ bid, ask }: PreviewValues): string {
  if (!Number.isFinite(ask - bid)) return 'There is no bid and ask yet.';
  const ticks = ask - bid;
  return `The spread is ${formatCount(ticks)} ${ticks === 1 ? 'tick' : 'ticks'}, ${formatBasisPoints(bid, ask)}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
