import { AGGRESSOR_BUY, AGGRESSOR_SELL, parseIncrement, unixUs } from '#protocol';
import { usOfNumber } from '../event-time.ts';
import type { VenueListing, VenueRest, VenueTrade } from '../venue/ports.ts';
import type { BinanceAggregate, BinanceFilter, BinanceSymbol } from './wire.ts';

/** Longer lists are cheaper to have whole than to write into an address. */
const SYMBOLS_ASKED_MAX = 100;
/** The most that one answer holds. */
const TRADES_ASKED_MAX = 1_000;

/**
 * GET /api/v3/exchangeInfo: https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#exchange-information. One name that
 * it does not know makes an error of the whole answer: then all are asked for.
 *
 * BN16 What was delisted stays in the list for good, with the status `BREAK`, in which "market data is not being generated"; a pause that
 * was announced has it too: https://dev.binance.vision/t/explanation-on-symbol-status/118. Who names such a symbol has it; who wants
 * all has those that trade, or, in a pause of the whole venue, the list as it is.
 */
export async function listings(rest: VenueRest, symbols: readonly string[]): Promise<VenueListing[]> {
  const wanted = new Set(symbols);
  const body = await exchangeInfo(rest, symbols);
  const listed = (JSON.parse(body) as { symbols?: unknown } | null)?.symbols;
  if (!Array.isArray(listed)) throw new Error("Binance's list of symbols is none.");
  const rows = listed as (BinanceSymbol | null)[];
  const open = wanted.size === 0 ? rows.filter((row) => row?.status !== 'BREAK') : rows;
  return (open.length === 0 ? rows : open)
    .map((symbol) => (symbol === null ? null : listingOf(symbol)))
    .filter((listing) => listing !== null)
    .filter(({ symbol }) => wanted.size === 0 || wanted.has(symbol));
}

async function exchangeInfo(rest: VenueRest, symbols: readonly string[]): Promise<string> {
  if (symbols.length > 0 && symbols.length <= SYMBOLS_ASKED_MAX) {
    try {
      return await rest.text(`/api/v3/exchangeInfo?symbols=${encodeURIComponent(JSON.stringify(symbols))}`);
    } catch {
      // 400 for an unknown name. What else it may be, the next answer shows.
    }
  }
  return rest.text('/api/v3/exchangeInfo?showPermissionSets=false');
}

/** Null for what is no symbol. */
export function listingOf({ symbol, baseAsset, quoteAsset, filters }: BinanceSymbol): VenueListing | null {
  if (typeof symbol !== 'string' || typeof baseAsset !== 'string' || typeof quoteAsset !== 'string')
    return null;
  const filterOf = (type: string): BinanceFilter | undefined =>
    Array.isArray(filters)
      ? ((filters as (BinanceFilter | null)[]).find((filter) => filter?.filterType === type) ?? undefined)
      : undefined;
  return {
    symbol,
    name: `${baseAsset} / ${quoteAsset}`,
    assetClass: 'crypto',
    currency: quoteAsset,
    tick: stepText(filterOf('PRICE_FILTER')?.tickSize),
    lot: stepText(filterOf('LOT_SIZE')?.stepSize),
  };
}

/** Empty where there is no rule: then it is learnt from the digits seen. */
function stepText(value: unknown): string {
  return typeof value === 'string' && parseIncrement(value) !== null ? value : '';
}

/** GET /api/v3/aggTrades: https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#compressedaggregate-trades-list */
export async function trades(
  rest: VenueRest,
  symbol: string,
  fromId: string,
  toId: string,
): Promise<VenueTrade[]> {
  const [from, to] = [Number(fromId), Number(toId)];
  const limit = Math.min(TRADES_ASKED_MAX, to - from + 1);
  const path = `/api/v3/aggTrades?symbol=${encodeURIComponent(symbol)}&fromId=${from}&limit=${limit}`;
  const rows: unknown = JSON.parse(await rest.text(path));
  if (!Array.isArray(rows)) throw new Error(`Binance's trades of ${symbol} are no list.`);
  return (rows as (BinanceAggregate | null)[])
    .map((row) => (row === null ? null : tradeOf(symbol, row)))
    .filter((trade) => trade !== null)
    .filter(({ id }) => Number(id) >= from && Number(id) <= to);
}

function tradeOf(
  symbol: string,
  { a: id, p: price, q: size, T: time, m }: BinanceAggregate,
): VenueTrade | null {
  const timeUs = typeof time === 'number' ? usOfNumber(time) : Number.NaN;
  if (typeof id !== 'number' || typeof price !== 'string' || typeof size !== 'string' || timeUs !== timeUs)
    return null;
  const aggressor = m === true ? AGGRESSOR_SELL : AGGRESSOR_BUY;
  const venueTimeUs = unixUs(timeUs);
  return { symbol, id: String(id), price, size, aggressor, venueTimeUs, receiveTimeUs: venueTimeUs };
}
