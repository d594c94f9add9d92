import { crc32 } from 'node:zlib';
import kraken from '../../../server/feeds/kraken/feed.ts';
import type { RawFrame } from '../../../server/feeds/venue/ports.ts';
import { coinbaseTime as isoTime } from './coinbase.ts';
import type { ScriptTrade, VenueScript } from './script.ts';

const SYMBOLS = ['BTC/USD', 'ETH/USD'] as const;
const START_US = 1_790_856_000_000_000;
const TIMES = `"time_in":"${isoTime(START_US)}","time_out":"${isoTime(START_US + 39)}"`;
/** What REST and WebSocket v1 call them. */
const REST_NAMES: Readonly<Record<string, string>> = { 'BTC/USD': 'XBT/USD', 'ETH/USD': 'ETH/USD' };
/** Changes go round as many levels, so that one that is lost is missed by the next. */
const LEVELS = 5;
const TRADES_IN_SNAPSHOT = 50;

interface Request {
  method: string;
  params: { channel: string; symbol: string[] };
  req_id: number;
}

type Level = readonly [price: string, qty: string];

/** Bids and asks of one symbol, best first. */
class Book {
  readonly bids: Level[] = Array.from({ length: LEVELS }, (_, at) => [`90.${29 - at}`, '1.00000000']);
  readonly asks: Level[] = [
    ['120.50', '2.00000000'],
    ['9999.00', '0.00100000'],
  ];
  #changes = 0;

  change(): Level {
    this.#changes += 1;
    const at = this.#changes % LEVELS;
    this.bids[at] = [this.bids[at]![0], `${this.#changes}.50000000`];
    return this.bids[at];
  }

  get checksum(): number {
    const digits = [...this.asks, ...this.bids]
      .flat()
      .map((text) => text.replace('.', '').replace(/^0+/, ''));
    return crc32(digits.join(''));
  }
}

const rows = (levels: readonly Level[]): string =>
  `[${levels.map(([price, qty]) => `{"price":${price},"qty":${qty}}`).join(',')}]`;

function bookFrame(
  type: string,
  symbol: string,
  bids: readonly Level[],
  asks: readonly Level[],
  sum: number,
): RawFrame {
  const data = `"symbol":"${symbol}","bids":${rows(bids)},"asks":${rows(asks)},"checksum":${sum}`;
  return `{"channel":"book","type":"${type}","data":[{${data},"timestamp":"${isoTime(START_US)}"}]}`;
}

const tradeRow = ({ symbol, id, price, size, timeUs }: ScriptTrade): string =>
  `{"symbol":"${symbol}","side":"${side(id)}","price":${price},"qty":${size},"ord_type":"limit","trade_id":${id},"timestamp":"${isoTime(timeUs)}"}`;

const tradeFrame = (type: string, trades: readonly ScriptTrade[]): RawFrame =>
  `{"channel":"trade","type":"${type}","data":[${trades.map(tradeRow).join(',')}]}`;

/** How Kraken's WebSocket v2 speaks: bare numbers, an answer for each symbol of a channel, a checksum in each frame of a book. */
export function krakenScript(): VenueScript {
  const books = new Map(SYMBOLS.map((symbol) => [symbol as string, new Book()]));
  const sent: ScriptTrade[] = [];
  const first = (channel: string, symbol: string): RawFrame => {
    if (channel === 'trade') {
      const newest = sent.filter((trade) => trade.symbol === symbol).slice(-TRADES_IN_SNAPSHOT);
      return tradeFrame('snapshot', newest);
    }
    const book = books.get(symbol)!;
    if (channel === 'book') return bookFrame('snapshot', symbol, book.bids, book.asks, book.checksum);
    return `{"channel":"ticker","type":"snapshot","data":[{"symbol":"${symbol}","bid":90.29,"bid_qty":1.00000000,"ask":120.50,"ask_qty":2.00000000,"last":100.25,"volume":163.28908096,"vwap":100.20,"low":80.00,"high":130.00,"change":1.25,"change_pct":1.26,"timestamp":"${isoTime(START_US)}"}]}`;
  };
  return {
    venue: kraken,
    symbols: SYMBOLS,
    noticesLostChanges: true,
    greeting: () => [
      '{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2","connection_id":6437862339878838704}]}',
    ],
    answer(frame, refuse) {
      const { method, params, req_id: id } = JSON.parse(String(frame)) as Request;
      if (method === 'ping') return [`{"method":"pong","req_id":${id},${TIMES}}`];
      const { channel, symbol: symbols } = params;
      return symbols.flatMap((symbol) => {
        if (refuse.has(symbol) || !books.has(symbol))
          return [
            `{"error":"Currency pair not supported ${symbol}","method":"${method}","req_id":${id},"success":false,"symbol":"${symbol}",${TIMES}}`,
          ];
        const answer = `{"method":"${method}","req_id":${id},"result":{"channel":"${channel}","symbol":"${symbol}"},"success":true,${TIMES}}`;
        return method === 'subscribe' ? [answer, first(channel, symbol)] : [answer];
      });
    },
    heartbeat: () => ['{"channel":"heartbeat"}'],
    rest(path, trades) {
      const url = new URL(path, 'http://kraken');
      if (url.pathname === '/0/public/AssetPairs') {
        const pairs = Object.values(REST_NAMES).map((wsname) => [
          wsname.replace('/', ''),
          { wsname, base: `X${wsname.slice(0, 3)}`, quote: 'ZUSD', pair_decimals: 2, lot_decimals: 8 },
        ]);
        return JSON.stringify({ error: [], result: Object.fromEntries(pairs) });
      }
      if (url.pathname !== '/0/public/Trades') return null;
      const pair = url.searchParams.get('pair');
      const symbol = SYMBOLS.find((known) => REST_NAMES[known]!.replace('/', '') === pair);
      const list = trades
        .filter((trade) => trade.symbol === symbol)
        .slice(-1_000)
        .map(({ id, price, size, timeUs }) => {
          const seconds = `${Math.floor(timeUs / 1e6)}.${String(timeUs % 1e6).padStart(6, '0')}`;
          return `["${price}","${size}",${seconds},"${side(id)[0]!}","l","",${id}]`;
        });
      return `{"error":[],"result":{"X${pair!}":[${list.join(',')}],"last":"1688671969993150842"}}`;
    },
    trade(trade) {
      sent.push(trade);
      return tradeFrame('update', [trade]);
    },
    bookChange(symbol) {
      const book = books.get(symbol)!;
      return bookFrame('update', symbol, [book.change()], [], book.checksum);
    },
    badChecksum(symbol) {
      const book = books.get(symbol)!;
      return bookFrame('update', symbol, [book.change()], [], (book.checksum ^ 1) >>> 0);
    },
    unknownKind: () => '{"channel":"horoscope","type":"update","data":[{"text":"A good day."}]}',
    wrongType: (symbol) =>
      tradeFrame('update', [{ symbol, id: 1, price: '1', size: '1', timeUs: START_US }])
        .toString()
        .replace('"price":1', '"price":{"amount":1}'),
    unknownSymbol: () =>
      tradeFrame('update', [{ symbol: 'DOGE/USD', id: 7, price: '1', size: '1', timeUs: START_US }]),
    plannedShutdown: () => null,
    rateLimit: () => `{"error":"Exceeded msg rate","method":"subscribe","success":false,${TIMES}}`,
  };
}

/** The taker's. */
function side(id: number): 'buy' | 'sell' {
  return id % 2 === 0 ? 'buy' : 'sell';
}
