import type { TradeEvent } from '#protocol';

/**
 * Whether a trade lies before the newest one of its instrument: it is history then, and moves no price. Not where the newest lies beyond
 * this one's arrival: its clock was ahead, and says nothing of the order.
 * @param newestUs time of the newest trade; NaN = none
 */
export function isLateTrade(
  { venueTimeUs, receiveTimeUs }: Pick<TradeEvent, 'venueTimeUs' | 'receiveTimeUs'>,
  newestUs: number,
): boolean {
  return venueTimeUs < newestUs && newestUs <= receiveTimeUs;
}
