import { instrumentId, unixUs, type PriceTicks, type SizeLots, type TradeEvent } from '#protocol';

const START_US = 1_700_000_000_000_000;
/** Time of the market between two events: at 50,000 a second that of the clock, at fewer it runs slower. */
const EVENT_INTERVAL_US = 20;

/** Event n of a made-up market: whoever has its number knows it whole. */
export function writtenEvent(number: number): TradeEvent {
  const receiveTimeUs = unixUs(START_US + number * EVENT_INTERVAL_US);
  return {
    type: 'trade',
    instrument: instrumentId(number % 7),
    venueTimeUs: unixUs(receiveTimeUs - 900),
    receiveTimeUs,
    price: (6_000_000 + ((number * 7_919) % 5_000)) as PriceTicks,
    size: (1 + ((number * 104_729) % 99_991)) as SizeLots,
    aggressor: number % 2 === 0 ? 1 : 2,
    tradeId: String(number),
  };
}
