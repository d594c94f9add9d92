/**
 * A symbol in the way in which a venue writes its own, judged by one of them: `BTC/USD` like `ETH-EUR` is `BTC-USD`. Null where the parts
 * cannot be told.
 */
export function spelledLike(example: string, symbol: string): string | null {
  const separator = /[^A-Za-z0-9]/.exec(example)?.[0] ?? '';
  const parts = symbol.split(/[^A-Za-z0-9]+/);
  const isWhole = parts.length === 1;
  if (parts.includes('') || (isWhole && separator !== '')) return null;
  const joined = parts.join(separator);
  return example === example.toLowerCase() ? joined.toLowerCase() : joined.toUpperCase();
}
