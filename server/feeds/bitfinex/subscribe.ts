import type { RawFrame } from '../venue/ports.ts';
import { CHANNELS, SEQUENCE_FLAG, type ChannelName } from './wire.ts';

/** The venue writes a trading pair with a `t` before it. */
const WIRE_PREFIX = 't';
/** 100 levels a side at the pair's finest step, each change at once. */
const BOOK = { prec: 'P0', freq: 'F0', len: '100' };

export const confFrame = (): RawFrame => JSON.stringify({ event: 'conf', flags: SEQUENCE_FLAG });

/** One frame a channel: the venue takes no lists. */
export function subscribeFrames(symbol: string, channels: readonly ChannelName[] = CHANNELS): RawFrame[] {
  return channels.map((channel) =>
    JSON.stringify({
      event: 'subscribe',
      channel,
      symbol: `${WIRE_PREFIX}${symbol}`,
      ...(channel === 'book' ? BOOK : {}),
    }),
  );
}

export const unsubscribeFrame = (channel: string): RawFrame =>
  JSON.stringify({ event: 'unsubscribe', chanId: Number(channel) });

/** Funding has the same channels with other rows: `fUSD`. */
export const isPair = (wireSymbol: string): boolean => wireSymbol.startsWith(WIRE_PREFIX);

/** Rows of a raw book are orders, not levels: `R0`. */
export const isRaw = (precision: unknown): boolean => String(precision).startsWith('R');

export function symbolOf(wireSymbol: string): string {
  return wireSymbol.startsWith(WIRE_PREFIX) ? wireSymbol.slice(WIRE_PREFIX.length) : wireSymbol;
}
