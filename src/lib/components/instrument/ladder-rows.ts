/** One level as the ladder shows it. */
export interface LadderLevel {
  price: number;
  size: number;
  /** Sum of the sizes from the best level to this one, lots. */
  total: number;
}

/** Levels with their running totals, best first, from a flat price-size run. */
export function ladderLevels(run: readonly number[], count: number): LadderLevel[] {
  const levels: LadderLevel[] = [];
  let total = 0;
  for (let at = 0; at + 1 < run.length && levels.length < count; at += 2) {
    const size = run[at + 1]!;
    total += size;
    levels.push({ price: run[at]!, size, total });
  }
  return levels;
}

/** Length of a level's bar as a share of the deeper side's total, 0..1, so that both sides compare. */
export function barShare(
  level: LadderLevel,
  bids: readonly LadderLevel[],
  asks: readonly LadderLevel[],
): number {
  const deepest = Math.max(bids.at(-1)?.total ?? 0, asks.at(-1)?.total ?? 0);
  return deepest === 0 ? 0 : level.total / deepest;
}
