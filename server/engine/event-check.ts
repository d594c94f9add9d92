import { AGGRESSOR_SELL, AGGRESSOR_UNKNOWN, type MarketEvent } from '#protocol';

/** What the engine takes: whole numbers in their range. A source that sends something else is counted, not trusted. */

/** A venue's clock may be wrong by minutes; a trade a day ahead would close the bars of all that really come before it. */
const TIME_AHEAD_US_MAX = 86_400_000_000;

export function isTick(value: number): boolean {
  return Number.isSafeInteger(value);
}

/** NaN stands for "not said". */
export function isTickOrAbsent(value: number): boolean {
  return value !== value || Number.isSafeInteger(value);
}

/** Open, high, low and close that can be those of one bar. */
export function areTicks(open: number, high: number, low: number, close: number): boolean {
  if (!isTick(open) || !isTick(high) || !isTick(low) || !isTick(close)) return false;
  return low <= Math.min(open, close) && high >= Math.max(open, close);
}

export function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

export function isSizeOrAbsent(value: number): boolean {
  return value !== value || isSize(value);
}

/** A whole time since 1970 that does not lie far beyond its arrival. */
export function isTime(timeUs: number, receiveTimeUs: number): boolean {
  return Number.isSafeInteger(timeUs) && timeUs > 0 && !(timeUs - receiveTimeUs > TIME_AHEAD_US_MAX);
}

/** Flat runs of price, size. */
export function areLevels(levels: readonly number[]): boolean {
  if (!Array.isArray(levels) || levels.length % 2 !== 0) return false;
  for (let index = 0; index < levels.length; index += 2) {
    if (!isTick(levels[index]!) || !isSize(levels[index + 1]!)) return false;
  }
  return true;
}

/**
 * What keeps an event of a source that nobody type-checked from being one, as its counter is called; null = nothing. Viewers would be
 * shown it, and no tape could hold it.
 */
export function formFault(event: MarketEvent): 'bad_time' | 'bad_id' | 'bad_aggressor' | null {
  if (!Number.isSafeInteger(event.venueTimeUs) || !Number.isSafeInteger(event.receiveTimeUs))
    return 'bad_time';
  if (event.type !== 'trade') return null;
  if (typeof event.tradeId !== 'string') return 'bad_id';
  const { aggressor } = event;
  const isKnown =
    Number.isInteger(aggressor) && aggressor >= AGGRESSOR_UNKNOWN && aggressor <= AGGRESSOR_SELL;
  return isKnown ? null : 'bad_aggressor';
}
