/** Longest first where one ends another: BUSD before USD. */
const CURRENCIES =
  'FDUSD USDT USDC TUSD BUSD USDE USDP DAI USD EUR GBP JPY KRW TRY BRL AUD CAD CHF BTC XBT ETH BNB SOL'.split(
    ' ',
  );
const COIN_LETTERS = 3;
/** `_PERP`, `-SWAP`, `-PERPETUAL`, `_240628`, `-28JUN24-60000-C`: which contract, not which money. */
const CONTRACT_SUFFIX = /[-_](?:PERP|PERPETUAL|SWAP|FUTURES?|SPOT|\d{6,8}|\d{1,2}[A-Z]{3}\d{2}.*)$/;

/** The currency that a crypto symbol's price is in, as far as the symbol tells: `BTCUSDT` -> `USDT`, else empty. */
export function quoteCurrency(symbol: string): string {
  const name = symbol.toUpperCase();
  const pair = name.replace(CONTRACT_SUFFIX, '');
  const parts = pair.split(/[-_/:]/);
  const last = parts.at(-1)!;
  if (parts.length > 1 && CURRENCIES.includes(last)) return last;
  const endings = CURRENCIES.filter((currency) => last.endsWith(currency) && last.length > currency.length);
  // XBTUSD is XBT in USD, not XB in TUSD: a coin has three letters or more where there is a choice.
  const found = endings.find((currency) => last.length - currency.length >= COIN_LETTERS) ?? endings[0];
  if (found !== undefined) return found;
  // Perpetuals and dated contracts on a bare coin (Deribit's BTC-PERPETUAL) are priced in dollars.
  return pair !== name && parts.length === 1 ? 'USD' : '';
}
