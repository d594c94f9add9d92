import type { VenueListing, VenueRest, VenueTrade } from '../venue/ports.ts';
import { IsoTime } from '../iso-time.ts';
import { isTradeId, tradeOf } from './map.ts';
import type { CoinbaseProduct, CoinbaseRestTrade } from './wire.ts';

/** https://docs.cdp.coinbase.com/exchange/rest-api/pagination: "Maximum 1000". */
const TRADES_PER_PAGE = 1_000;
/** Pages of one hole: 50,000 trades. A longer one is told as a gap. */
const PAGES_MAX = 50;

/**
 * CB16 `quote_increment` is the smallest step of a price, `base_increment` of a size; a `delisted` product has no market any more.
 * https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-all-known-trading-pairs
 */
export async function listings(rest: VenueRest, symbols: readonly string[]): Promise<VenueListing[]> {
  const products = rowsOf(await rest.text('/products'), 'products') as readonly CoinbaseProduct[];
  const wanted = new Set(symbols);
  return products.flatMap(
    ({ id, base_currency, quote_currency, quote_increment, base_increment, status }) => {
      if (typeof id !== 'string' || status === 'delisted') return [];
      if (wanted.size > 0 && !wanted.has(id)) return [];
      const currency = text(quote_currency);
      return {
        symbol: id,
        name: `${text(base_currency) || id} / ${currency}`,
        assetClass: 'crypto' as const,
        currency,
        tick: text(quote_increment),
        lot: text(base_increment),
      };
    },
  );
}

/**
 * CB17 Trades come newest first; `after` = N gives those with an id below N ("Request page after (older) this pagination id").
 */
export async function trades(
  rest: VenueRest,
  symbol: string,
  fromId: string,
  toId: string,
): Promise<VenueTrade[]> {
  const from = Number(fromId);
  let after = Number(toId) + 1;
  const time = new IsoTime();
  const newestFirst: VenueTrade[] = [];
  for (let page = 0; page < PAGES_MAX && after > from; page += 1) {
    const limit = Math.min(TRADES_PER_PAGE, after - from);
    const path = `/products/${encodeURIComponent(symbol)}/trades?limit=${limit}&after=${after}`;
    const rows = rowsOf(await rest.text(path), 'trades') as readonly CoinbaseRestTrade[];
    let oldest = after;
    for (const row of rows) {
      if (!isTradeId(row.trade_id) || row.trade_id >= oldest) continue;
      oldest = row.trade_id;
      const trade = tradeOf(row, symbol, time, null);
      if (trade !== null && oldest >= from) newestFirst.push(trade);
    }
    // A page without anything older: that is all that the venue still has.
    if (oldest === after) break;
    after = oldest;
  }
  return newestFirst.toReversed();
}

/** @throws Error when the answer is no list */
function rowsOf(body: string, what: string): readonly object[] {
  let rows: unknown;
  try {
    rows = JSON.parse(body);
  } catch {
    rows = null;
  }
  if (!Array.isArray(rows)) throw new Error(`Coinbase's list of ${what} is no JSON list.`);
  return (rows as unknown[]).filter((row): row is object => typeof row === 'object' && row !== null);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
