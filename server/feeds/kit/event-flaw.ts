import { AGGRESSOR_NAMES, type MarketEvent } from '#protocol';

/** 2100-01-01, us since 1970. */
const TIME_US_MAX = 4_102_444_800_000_000;

/** What is wrong with the form of an event that an adapter made, as a sentence; null when nothing is. Sizes below 0 are for the engine to refuse. */
export function eventFlaw(event: MarketEvent): string | null {
  const { type, venueTimeUs, receiveTimeUs } = event;
  if (!(Number.isInteger(venueTimeUs) && venueTimeUs >= 0 && venueTimeUs < TIME_US_MAX))
    return `A ${type} has the venue's time ${venueTimeUs}: expected whole microseconds since 1970.`;
  if (!(Number.isInteger(receiveTimeUs) && receiveTimeUs >= 0))
    return `A ${type} has the arrival time ${receiveTimeUs}: expected whole microseconds since 1970.`;
  if (type === 'trade' && typeof event.tradeId !== 'string')
    return `A trade has the id ${event.tradeId}: expected text, empty where there is none.`;
  if (type === 'trade' && AGGRESSOR_NAMES[event.aggressor] === undefined)
    return `A trade has the aggressor ${event.aggressor}: expected 0 (unknown), 1 (buyer) or 2 (seller).`;
  const field = numbersOf(event).find(([, value, mayBeAbsent]) => !isWhole(value, mayBeAbsent));
  if (field !== undefined)
    return `A ${type} has the ${field[0]} ${field[1]}: expected a whole number of steps.`;
  if (type !== 'book') return null;
  for (const side of [event.bids, event.asks]) {
    if (side.length % 2 !== 0) return 'A book has a price without a size.';
    const at = side.findIndex((value) => !isWhole(value, false));
    if (at >= 0) return `A book has the number ${side[at]}: expected whole steps.`;
  }
  return null;
}

type Field = readonly [name: string, value: number, mayBeAbsent: boolean];

function numbersOf(event: MarketEvent): Field[] {
  switch (event.type) {
    case 'trade':
      return [
        ['price', event.price, false],
        ['size', event.size, false],
      ];
    case 'quote':
      return [
        ['bid', event.bid, true],
        ['bidSize', event.bidSize, true],
        ['ask', event.ask, true],
        ['askSize', event.askSize, true],
      ];
    case 'statistics':
      return [
        ['open', event.open, true],
        ['high', event.high, true],
        ['low', event.low, true],
        ['volume', event.volume, true],
      ];
    case 'bar':
      return [
        ['open', event.open, false],
        ['high', event.high, false],
        ['low', event.low, false],
        ['close', event.close, false],
        ['volume', event.volume, true],
      ];
    case 'book':
      return [];
    default:
      return event satisfies never;
  }
}

function isWhole(value: unknown, mayBeAbsent: boolean): boolean {
  return Number.isSafeInteger(value) || (mayBeAbsent && Number.isNaN(value));
}
