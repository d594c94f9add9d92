/** Bar intervals that the server keeps, shortest first. */
export const BAR_INTERVALS = ['1s', '5s', '1m', '5m', '15m', '1h', '1d'] as const;
export type BarInterval = (typeof BAR_INTERVALS)[number];

export const BAR_INTERVAL_SECONDS: Readonly<Record<BarInterval, number>> = {
  '1s': 1,
  '5s': 5,
  '1m': 60,
  '5m': 300,
  '15m': 900,
  '1h': 3600,
  '1d': 86_400,
};

const WEEK_S = 604_800;
/** 1970 began on a Thursday. */
const FIRST_MONDAY_S = 4 * 86_400;

/** Start of the merged bar of `spanS` that a time is in: a multiple of it since 1970; weeks begin on Mondays. */
export function mergedStartS(timeS: number, spanS: number): number {
  const originS = spanS % WEEK_S === 0 ? FIRST_MONDAY_S : 0;
  return Math.floor((timeS - originS) / spanS) * spanS + originS;
}

export type Channel = 'quote' | 'trade' | 'book' | 'raw' | `bar:${BarInterval}`;

export function isBarInterval(text: string): text is BarInterval {
  return (BAR_INTERVALS as readonly string[]).includes(text);
}

export function isChannel(text: string): text is Channel {
  if (text === 'quote' || text === 'trade' || text === 'book' || text === 'raw') return true;
  return text.startsWith('bar:') && isBarInterval(text.slice(4));
}

/** Whether every entry of a channel is sent once and in order, rather than the newest value. */
export function isDistinct(channel: Channel): channel is 'trade' | 'raw' {
  return channel === 'trade' || channel === 'raw';
}

/** Seconds of a `bar:` channel's interval; 0 for the other channels. */
export function channelIntervalSeconds(channel: Channel): number {
  return channel.startsWith('bar:') ? BAR_INTERVAL_SECONDS[channel.slice(4) as BarInterval] : 0;
}

/** Rates that the server serves, in Hz. A request between two of them is rounded down, and the client is told. */
export const RATE_CLASSES_HZ = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60] as const;

/** The served rate for a requested one: the highest class that does not exceed it, or the lowest class. */
export function grantRateHz(requestedHz: number): number {
  let granted: number = RATE_CLASSES_HZ[0];
  for (const rate of RATE_CLASSES_HZ) if (rate <= requestedHz) granted = rate;
  return granted;
}
