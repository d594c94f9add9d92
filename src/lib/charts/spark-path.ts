/** A line of prices as an SVG path that fills a box of this size; empty with fewer than two. A flat line lies in the middle. */
export function sparkPath(closes: ArrayLike<number>, width: number, height: number): string {
  const count = closes.length;
  if (count < 2) return '';
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < count; at += 1) {
    low = Math.min(low, closes[at]!);
    high = Math.max(high, closes[at]!);
  }
  const points: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const y = high > low ? height - ((closes[at]! - low) / (high - low)) * height : height / 2;
    points.push(`${((at / (count - 1)) * width).toFixed(1)} ${y.toFixed(1)}`);
  }
  return `M${points.join('L')}`;
}
