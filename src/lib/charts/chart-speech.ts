import type { DictionaryEntry } from '#protocol';
import {
  changeRatio,
  formatDateTime,
  formatPercent,
  formatPrice,
  formatVolumeCompact,
  zoneLabel,
  type TimeZone,
} from '../format/index.ts';
import type { Bar } from './bar-series.ts';

/** `2026-11-12 14:32` in the zone, seconds only for bars shorter than a minute, the day alone for bars of a day. */
export function barTimeText(startS: number, intervalS: number, zone: TimeZone): string {
  const text = formatDateTime(startS * 1e6, zone);
  if (intervalS >= 86_400) return text.slice(0, 10);
  return intervalS < 60 ? text.slice(0, 19) : text.slice(0, 16);
}

/** One bar as a sentence, for a screen reader. */
export function barSentence(bar: Bar, entry: DictionaryEntry, intervalS: number, zone: TimeZone): string {
  const price = (ticks: number): string => formatPrice(ticks, entry);
  return (
    `${barTimeText(bar.startS, intervalS, zone)} ${zoneLabel(zone)}. Open ${price(bar.open)}, high ${price(bar.high)}, ` +
    `low ${price(bar.low)}, close ${price(bar.close)}, volume ${formatVolumeCompact(bar.volume, entry)}.`
  );
}

/** What a stretch of bars did, as a few short sentences. */
export function rangeSentence(
  first: Bar,
  last: Bar,
  extent: { low: number; high: number },
  count: number,
  entry: DictionaryEntry,
  intervalS: number,
  zone: TimeZone,
): string {
  const change = changeRatio(last.close, first.open);
  const span = extent.high - extent.low;
  const way = last.close - first.open;
  const trend = Math.abs(way) < span * 0.15 ? 'Sideways' : way > 0 ? 'Rising' : 'Falling';
  return (
    `${entry.symbol}, ${count} bars from ${barTimeText(first.startS, intervalS, zone)} ` +
    `to ${barTimeText(last.startS, intervalS, zone)} ${zoneLabel(zone)}. ` +
    `${trend}, ${formatPercent(change)}. High ${formatPrice(extent.high, entry)}, low ${formatPrice(extent.low, entry)}, ` +
    `last ${formatPrice(last.close, entry)}.`
  );
}
