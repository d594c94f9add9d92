import type { DictionaryEntry } from '#protocol';
import {
  changeRatio,
  direction,
  directionArrow,
  formatChangeMagnitude,
  formatPercent,
  priceParts,
  type Direction,
} from '../../format/index.ts';
import type { QuoteStore } from '../../state/market.ts';

export interface QuoteTexts {
  readonly whole: string;
  readonly fraction: string;
  readonly arrow: string;
  readonly change: string;
  readonly percent: string;
  readonly direction: Direction;
}

/** Last price and change of one instrument as they are shown large. */
export function quoteTexts(entry: DictionaryEntry, quotes: Pick<QuoteStore, 'columns'>): QuoteTexts {
  const last = quotes.columns.last[entry.id] ?? Number.NaN;
  const change = last - entry.open;
  return {
    ...priceParts(last, entry),
    arrow: directionArrow(change),
    change: Number.isNaN(change) ? '' : formatChangeMagnitude(change, entry),
    percent: Number.isNaN(change) ? '' : formatPercent(changeRatio(last, entry.open)),
    direction: direction(change),
  };
}
