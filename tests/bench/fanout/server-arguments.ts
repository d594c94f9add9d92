import type { MarketSize } from './control.ts';
import { MarketLap } from './market-lap.ts';

/** How the size of the market is handed to the processes that play it: the first arguments of each. */
export const marketArguments = ({ symbols, eventsPerSecond, lapS }: MarketSize): string[] =>
  [symbols, eventsPerSecond, lapS].map(String);

/** The market and the arguments after it, in the process. */
export function readArguments(): { lap: MarketLap; size: MarketSize; rest: readonly string[] } {
  const [symbols, eventsPerSecond, lapS, ...rest] = process.argv.slice(2);
  const size = { symbols: Number(symbols), eventsPerSecond: Number(eventsPerSecond), lapS: Number(lapS) };
  return { lap: new MarketLap(size), size, rest };
}
