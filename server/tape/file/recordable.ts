import type { MarketEvent } from '#protocol';
import { TradeView } from '../trade-view.ts';

const isWhole = (value: number): boolean => Number.isSafeInteger(value);
const isWholeOrAbsent = (value: number): boolean => value !== value || Number.isSafeInteger(value);
const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const isSizeOrAbsent = (value: number): boolean => value !== value || isSize(value);

/** Whether the tape can give the event back exactly. What the engine takes, it can. */
export function isRecordable(event: MarketEvent): boolean {
  if (!isWhole(event.receiveTimeUs) || !isWhole(event.venueTimeUs)) return false;
  switch (event.type) {
    case 'trade':
      return (
        isWhole(event.price) &&
        isSize(event.size) &&
        (event instanceof TradeView || typeof event.tradeId === 'string') &&
        event.aggressor >= 0 &&
        event.aggressor <= 2
      );
    case 'quote':
      return (
        isWholeOrAbsent(event.bid) &&
        isWholeOrAbsent(event.ask) &&
        isSizeOrAbsent(event.bidSize) &&
        isSizeOrAbsent(event.askSize)
      );
    case 'book':
      return areLevels(event.bids) && areLevels(event.asks);
    case 'statistics':
      return (
        isWholeOrAbsent(event.open) &&
        isWholeOrAbsent(event.high) &&
        isWholeOrAbsent(event.low) &&
        isSizeOrAbsent(event.volume)
      );
    case 'bar':
      return (
        isSize(event.intervalSeconds) &&
        isWhole(event.startTimeUs) &&
        isWhole(event.open) &&
        isWhole(event.high) &&
        isWhole(event.low) &&
        isWhole(event.close) &&
        isSize(event.volume)
      );
    default:
      // A source that nobody type-checked.
      event satisfies never;
      return false;
  }
}

function areLevels(levels: readonly number[]): boolean {
  if (!Array.isArray(levels) || levels.length % 2 !== 0) return false;
  for (let at = 0; at < levels.length; at += 2)
    if (!isWhole(levels[at]!) || !isSize(levels[at + 1]!)) return false;
  return true;
}
