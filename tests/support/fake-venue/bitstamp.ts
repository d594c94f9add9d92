import bitstamp from '../../../server/feeds/bitstamp/feed.ts';
import type { RawFrame } from '../../../server/feeds/venue/ports.ts';
import type { ScriptTrade, VenueScript } from './script.ts';

const SYMBOLS = ['btcusd', 'ethusd'] as const;
const START_US = 1_790_856_000_000_000;

interface Request {
  event: string;
  data?: { channel: string };
}

/** How Bitstamp speaks: one answer a channel, a book when it moves, REST for what does not. */
export function bitstampScript(): VenueScript {
  const isSubscribed = new Set<string>();
  let changes = 0;
  const rows = (): object => ({
    timestamp: String(Math.floor(START_US / 1e6)),
    microtimestamp: String(START_US + changes),
    bids: [
      ['90.25', `${changes + 1}.50000000`],
      ['0.01', '104000.00000000'],
    ],
    asks: [
      ['120.50', '2.00000000'],
      ['99999999.00', '0.00100000'],
    ],
  });
  const book = (symbol: string): RawFrame =>
    JSON.stringify({ data: rows(), channel: `order_book_${symbol}`, event: 'data' });
  const trade = (row: ScriptTrade): RawFrame =>
    JSON.stringify({
      data: {
        id: row.id,
        timestamp: String(Math.floor(row.timeUs / 1e6)),
        amount: Number(row.size),
        amount_str: row.size,
        price: Number(row.price),
        price_str: row.price,
        type: row.id % 2,
        microtimestamp: String(row.timeUs),
        buy_order_id: 1_443_875_737_346_049,
        sell_order_id: 1_443_875_731_320_832,
      },
      channel: `live_trades_${row.symbol}`,
      event: 'trade',
    });
  const made = { id: 1, price: '1', size: '1', timeUs: START_US };
  return {
    venue: bitstamp,
    symbols: SYMBOLS,
    // Each frame is the whole book: a lost one leaves nothing behind (BS7).
    noticesLostChanges: false,
    greeting: () => [],
    answer(frame, refuse) {
      const { event, data } = JSON.parse(String(frame)) as Request;
      const channel = data?.channel ?? '';
      const symbol = channel.slice(channel.lastIndexOf('_') + 1);
      if (event === 'bts:heartbeat')
        return ['{"event":"bts:heartbeat","channel":"","data":{"status":"success"}}'];
      if (event === 'bts:unsubscribe') {
        isSubscribed.delete(channel);
        return [JSON.stringify({ event: 'bts:unsubscription_succeeded', channel, data: {} })];
      }
      if (refuse.has(symbol))
        return [
          '{"event":"bts:error","channel":"","data":{"code":null,"message":"Bad subscription string."}}',
        ];
      isSubscribed.add(channel);
      const answer = JSON.stringify({ event: 'bts:subscription_succeeded', channel, data: {} });
      return channel.startsWith('order_book_') ? [answer, book(symbol)] : [answer];
    },
    // It says nothing by itself: what proves life is the answer to our heartbeat, and books that move.
    heartbeat: () =>
      SYMBOLS.filter((symbol) => isSubscribed.has(`order_book_${symbol}`)).map((symbol) => book(symbol)),
    rest(path, trades) {
      const [, kind, symbol] = path.split('/');
      if (kind === 'trading-pairs-info')
        return JSON.stringify(
          SYMBOLS.map((url_symbol) => ({
            url_symbol,
            name: `${url_symbol.slice(0, 3).toUpperCase()}/USD`,
            description: '',
            base_decimals: 8,
            counter_decimals: 2,
            trading: 'Enabled',
          })),
        );
      if (!SYMBOLS.some((known) => known === symbol)) return null;
      if (kind === 'order_book') return JSON.stringify(rows());
      if (kind === 'transactions')
        return JSON.stringify(
          trades
            .filter((row) => row.symbol === symbol)
            .map((row) => ({
              date: String(Math.floor(row.timeUs / 1e6)),
              tid: String(row.id),
              price: row.price,
              amount: row.size,
              type: String(row.id % 2),
            }))
            .toReversed(),
        );
      if (kind !== 'ticker') return null;
      const day = { open_24: '99.00', open: '98.00', high: '130.00', low: '80.00', volume: '1234.56789012' };
      return JSON.stringify({ ...day, timestamp: '1790856000' });
    },
    trade,
    bookChange(symbol) {
      changes += 1;
      return book(symbol);
    },
    badChecksum: () => null,
    unknownKind: () => '{"event":"horoscope","channel":"","data":{"text":"A good day."}}',
    wrongType: (symbol) =>
      trade({ symbol, ...made })
        .toString()
        .replace('"price_str":"1"', '"price_str":{"amount":1}'),
    unknownSymbol: () => trade({ symbol: 'dogeusd', ...made }),
    plannedShutdown: () => '{"event":"bts:request_reconnect","channel":"","data":""}',
    rateLimit: () => null,
  };
}
