import { decimalText, type AssetClass } from '#protocol';
import { NumberText } from '../number-text.ts';
import type { KrakenPair } from './wire.ts';
import type { VenueListing, VenueRest, VenueTrade } from '../venue/ports.ts';
import { tradesOf } from './rest-trades.ts';

/** Names of REST and of WebSocket v1 that WebSocket v2 has under the usual ones. */
const USUAL_NAMES: ReadonlyMap<string, string> = new Map([
  ['XBT', 'BTC'],
  ['XDG', 'DOGE'],
]);
const REST_NAMES = new Map([...USUAL_NAMES].map(([rest, usual]) => [usual, rest]));
/** `ZUSD`: a currency that a state issues. */
const STATE_CURRENCY = /^Z[A-Z]{3}$/;

/** https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs: a single unknown name would be answered with nothing but an error. */
export async function listings(rest: VenueRest, symbols: readonly string[]): Promise<VenueListing[]> {
  const wanted = new Set(symbols);
  const pairs = Object.values(await ask(rest, '/0/public/AssetPairs')) as (KrakenPair | null)[];
  return pairs
    .map((pair) => (pair === null ? null : listingOf(pair)))
    .filter((listing) => listing !== null)
    .filter(({ symbol }) => wanted.size === 0 || wanted.has(symbol));
}

/** Null for a pair that has no WebSocket or no decimals. */
export function listingOf(pair: KrakenPair): VenueListing | null {
  const [base, quote] = typeof pair.wsname === 'string' ? pair.wsname.split('/').map(usualName) : [];
  const { tick_size: tick, pair_decimals: priceDecimals, lot_decimals: lotDecimals } = pair;
  if (base === undefined || quote === undefined || !isDecimals(priceDecimals) || !isDecimals(lotDecimals))
    return null;
  const isFx = STATE_CURRENCY.test(String(pair.base)) && STATE_CURRENCY.test(String(pair.quote));
  const assetClass: AssetClass = isFx ? 'fx' : 'crypto';
  return {
    symbol: `${base}/${quote}`,
    name: `${base} / ${quote}`,
    assetClass,
    currency: quote,
    tick: typeof tick === 'string' ? tick : decimalText(1, Number(priceDecimals)),
    lot: decimalText(1, Number(lotDecimals)),
  };
}

/** https://docs.kraken.com/api/docs/rest-api/get-recent-trades: "the last 1000 trades"; ids cannot be asked for. */
export async function trades(
  rest: VenueRest,
  symbol: string,
  fromId: string,
  toId: string,
): Promise<VenueTrade[]> {
  const pair = symbol
    .split('/')
    .map((name) => REST_NAMES.get(name) ?? name)
    .join('');
  const result = await ask(rest, `/0/public/Trades?pair=${encodeURIComponent(pair)}&count=1000`);
  const [from, to] = [BigInt(fromId), BigInt(toId)];
  return tradesOf(symbol, result).filter(({ id }) => BigInt(id) >= from && BigInt(id) <= to);
}

/** The `result` of an answer, its numbers as text. @throws Error with what Kraken says */
async function ask(rest: VenueRest, path: string): Promise<Record<string, unknown>> {
  const answer = new NumberText().parse(await rest.text(path)) as
    { error?: unknown; result?: unknown } | null | undefined;
  const errors = Array.isArray(answer?.error) ? answer.error.map(String) : [];
  if (errors.length > 0) throw new Error(`Kraken answered "${errors.join(', ')}".`);
  const result = answer?.result;
  if (typeof result !== 'object' || result === null)
    throw new Error(`Kraken's answer to ${path} has no result.`);
  return result as Record<string, unknown>;
}

export function usualName(name: string): string {
  return USUAL_NAMES.get(name) ?? name;
}

function isDecimals(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,2}$/.test(value);
}
