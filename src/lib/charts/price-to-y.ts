/** Px of a price in ticks, given the line that `PriceRange` puts through its range. Small enough to be inlined into loops. */
export function priceToY(ticks: number, slope: number, offset: number, isLog: boolean): number {
  return offset - slope * (isLog ? Math.log(ticks) : ticks);
}
