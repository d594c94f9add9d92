import type { WireBar } from '#protocol';

/**
 * Closing prices of the intervals up to the one that a time is in, oldest first: where nothing was traded, the one before stands. The last
 * is the price now.
 * @param bars the newest `count`, oldest first
 * @param count intervals at most; fewer where nothing is known of the older ones
 */
export function closesUpTo(
  bars: readonly WireBar[],
  intervalS: number,
  count: number,
  timeUs: number,
): number[] {
  const [oldest, newest] = [bars[0], bars.at(-1)];
  if (oldest === undefined || newest === undefined) return [];
  const timeS = timeUs / 1_000_000;
  const lastS = Math.max(newest.startS, timeS - (timeS % intervalS));
  const closes: number[] = [];
  let at = 0;
  for (
    let startS = Math.max(oldest.startS, lastS - (count - 1) * intervalS);
    startS <= lastS;
    startS += intervalS
  ) {
    while (at + 1 < bars.length && bars[at + 1]!.startS <= startS) at += 1;
    closes.push(bars[at]!.close);
  }
  return closes;
}
