import binance from '../../../server/feeds/binance/feed.ts';
import type { RawFrame } from '../../../server/feeds/venue/ports.ts';
import type { ScriptTrade, VenueScript } from './script.ts';

const SYMBOLS = ['BTCUSDT', 'ETHUSDT'] as const;
const START_US = 1_790_856_000_000_000;
/** Updates of the book in one event. */
const UPDATES = 3;

interface Request {
  method: string;
  params: string[];
  id: number;
}

const stream = (name: string, data: object): RawFrame => JSON.stringify({ stream: name, data });

const aggregate = ({ symbol, id, price, size, timeUs }: ScriptTrade): object => ({
  e: 'aggTrade',
  E: timeUs + 120,
  s: symbol,
  a: id,
  p: price,
  q: size,
  f: 2 * id,
  l: 2 * id + 1,
  T: timeUs,
  m: id % 2 === 0,
  M: true,
});

const tradeFrame = (trade: ScriptTrade): RawFrame =>
  stream(`${trade.symbol.toLowerCase()}@aggTrade`, aggregate(trade));

/** How Binance speaks: combined streams in microseconds, answers without a word of the symbol, the book of REST. */
export function binanceScript(): VenueScript {
  /** The last update of each book. */
  const updates = new Map(SYMBOLS.map((symbol, at) => [symbol as string, 1_000 * (at + 1)]));
  const level = (symbol: string): [string, string] => ['90.25000000', `${updates.get(symbol)!}.50000000`];
  return {
    venue: binance,
    symbols: SYMBOLS,
    noticesLostChanges: true,
    greeting: () => [],
    answer(frame, refuse) {
      const { method, params, id } = JSON.parse(String(frame)) as Request;
      const isRefused = params.some((name) => refuse.has(name.split('@')[0]!.toUpperCase()));
      return isRefused && method === 'SUBSCRIBE'
        ? [JSON.stringify({ error: { code: 2, msg: 'Invalid request: not for you' }, id })]
        : [JSON.stringify({ result: null, id })];
    },
    // Only its WebSocket pings prove that it lives.
    heartbeat: () => [],
    rest(path, trades) {
      const url = new URL(path, 'http://binance');
      const symbol = url.searchParams.get('symbol') ?? '';
      if (url.pathname === '/api/v3/exchangeInfo')
        return JSON.stringify({
          symbols: SYMBOLS.map((name) => ({
            symbol: name,
            baseAsset: name.slice(0, 3),
            quoteAsset: 'USDT',
            filters: [
              { filterType: 'PRICE_FILTER', tickSize: '0.01000000' },
              { filterType: 'LOT_SIZE', stepSize: '0.00001000' },
            ],
          })),
        });
      if (url.pathname === '/api/v3/depth' && updates.has(symbol))
        return JSON.stringify({
          lastUpdateId: updates.get(symbol),
          bids: [level(symbol), ['0.01000000', '104000.00000000']],
          asks: [['120.50000000', '2.00000000']],
        });
      if (url.pathname !== '/api/v3/aggTrades') return null;
      const from = Number(url.searchParams.get('fromId'));
      const list = trades.filter((trade) => trade.symbol === symbol && trade.id >= from);
      return JSON.stringify(list.slice(0, Number(url.searchParams.get('limit'))).map(aggregate));
    },
    trade: tradeFrame,
    bookChange(symbol) {
      const last = updates.get(symbol)!;
      updates.set(symbol, last + UPDATES);
      return stream(`${symbol.toLowerCase()}@depth@100ms`, {
        e: 'depthUpdate',
        E: START_US,
        s: symbol,
        U: last + 1,
        u: last + UPDATES,
        b: [level(symbol)],
        a: [],
      });
    },
    /** Not a checksum: the best prices of the update that the book is at, and they are others. */
    badChecksum: (symbol) =>
      stream(`${symbol.toLowerCase()}@bookTicker`, {
        u: updates.get(symbol),
        s: symbol,
        b: '90.25000000',
        B: '7.77000000',
        a: '120.50000000',
        A: '2.00000000',
      }),
    unknownKind: () => '{"stream":"btcusdt@horoscope","data":{"e":"horoscope","text":"A good day."}}',
    wrongType: (symbol) =>
      tradeFrame({ symbol, id: 1, price: '1', size: '1', timeUs: START_US })
        .toString()
        .replace('"p":"1"', '"p":{"amount":1}'),
    unknownSymbol: () => tradeFrame({ symbol: 'DOGEUSDT', id: 7, price: '1', size: '1', timeUs: START_US }),
    plannedShutdown: () => '{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1770123456789000}}',
    rateLimit: () => null,
  };
}
