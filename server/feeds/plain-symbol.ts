/** The name that venues spell in their ways: `BTC-USD`, `BTC/USD`, `btcusd` and `XBT/USD` are one. */
export function plainSymbol(symbol: string): string {
  return symbol
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replace(/^XBT/, 'BTC');
}
