import type { DictionaryEntry, QuoteColumns } from '#protocol';
import {
  changeRatio,
  direction,
  directionArrow,
  formatChangeMagnitude,
  formatPercent,
  formatPrice,
  formatVolumeCompact,
  type Direction,
} from '../../format/index.ts';

/** What a row of the watchlist says. The server renders it once; in the page the painter writes it into text nodes. */
export interface RowTexts {
  last: string;
  arrow: string;
  change: string;
  percent: string;
  volume: string;
  direction: Direction;
}

export function rowTexts(entry: DictionaryEntry, columns: QuoteColumns): RowTexts {
  const last = columns.last[entry.id] ?? Number.NaN;
  const change = last - entry.open;
  return {
    last: formatPrice(last, entry),
    arrow: directionArrow(change),
    change: formatChangeMagnitude(change, entry),
    percent: formatPercent(changeRatio(last, entry.open)),
    volume: formatVolumeCompact(columns.volume[entry.id] ?? Number.NaN, entry),
    direction: direction(change),
  };
}
