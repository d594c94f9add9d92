/** One level as the ladder shows it. */
export interface LadderLevel {
  price: number;
  size: number;
  /** Sum of the sizes from the best level to this one, lots. */
  total: number;
  /** Deeper levels that were not sent may belong to it too. */
  isPart?: boolean;
}

/**
 * Levels added up by steps of the price: a bid counts at the step at or below it, an ask at the step at or above it, so that no step
 * promises a better price than it holds.
 * @param run flat price-size pairs, best first
 * @param stepTicks size of a step; 1 = each level by itself
 * @param direction -1 for bids, 1 for asks
 * @param sentMax levels that are sent of a side at most: of a run so long the deepest step may lack some
 */
export function steppedLevels(
  run: readonly number[],
  count: number,
  stepTicks: number,
  direction: 1 | -1,
  sentMax: number,
): LadderLevel[] {
  if (stepTicks === 1) return ladderLevels(run, count);
  const stepped: number[] = [];
  for (let at = 0; at + 1 < run.length; at += 2) {
    const price = stepOf(run[at]!, stepTicks, direction);
    if (stepped.at(-2) === price) stepped[stepped.length - 1]! += run[at + 1]!;
    else stepped.push(price, run[at + 1]!);
  }
  const levels = ladderLevels(stepped, count);
  const deepest = levels.at(-1);
  const isCut = run.length >= 2 * sentMax && 2 * levels.length === stepped.length;
  if (deepest !== undefined && isCut && isOpen(run.at(-2)!, deepest.price, direction)) deepest.isPart = true;
  return levels;
}

/** By the remainder, which is exact where a quotient is not. It has the sign of the price. */
function stepOf(ticks: number, stepTicks: number, direction: 1 | -1): number {
  const rest = ticks % stepTicks;
  return rest * direction > 0 ? ticks - rest + direction * stepTicks : ticks - rest;
}

/** Whether a deeper price would belong to the step too: not where the deepest one is the step's own end. */
function isOpen(deepestTicks: number, stepPrice: number, direction: 1 | -1): boolean {
  return (stepPrice - deepestTicks) * direction > 0;
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
