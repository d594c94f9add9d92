import type { DictionaryEntry, QuoteColumns } from '#protocol';
import {
  changeRatio,
  direction,
  directionArrow,
  formatAge,
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
  /** Of the day; the age of the row where that is stale. */
  volume: string;
  stale: boolean;
  direction: Direction;
}

/** @param silentMs for how long the row has been silent when that is too long, else 0 */
export function rowTexts(entry: DictionaryEntry, columns: QuoteColumns, silentMs = 0): RowTexts {
  const last = columns.last[entry.id] ?? Number.NaN;
  const volume = columns.volume[entry.id] ?? Number.NaN;
  const change = last - entry.open;
  // Only a value can be old: a row that shows none has no age.
  const stale = silentMs > 0 && !(Number.isNaN(last) && Number.isNaN(volume));
  return {
    last: formatPrice(last, entry),
    arrow: directionArrow(change),
    change: formatChangeMagnitude(change, entry),
    percent: formatPercent(changeRatio(last, entry.open)),
    volume: stale ? formatAge(silentMs) : formatVolumeCompact(volume, entry),
    stale,
    direction: direction(change),
  };
}
