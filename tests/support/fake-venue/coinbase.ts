import coinbase from '../../../server/feeds/coinbase/feed.ts';
import type { RawFrame } from '../../../server/feeds/venue/ports.ts';
import type { ScriptTrade, VenueScript } from './script.ts';

const SYMBOLS = ['BTC-USD', 'ETH-USD'] as const;
const START_US = 1_790_856_000_000_000;

interface Request {
  type: 'subscribe' | 'unsubscribe';
  product_ids: string[];
  channels: string[];
}

/** `2026-10-01T12:00:00.000001Z`. */
export function coinbaseTime(timeUs: number): string {
  const iso = new Date(Math.floor(timeUs / 1000)).toISOString();
  return `${iso.slice(0, -1)}${String(timeUs % 1000).padStart(3, '0')}Z`;
}

/** How Coinbase Exchange speaks: acknowledgements list all that is active, a subscribe with one bad product fails as a whole. */
export function coinbaseScript(): VenueScript {
  const active = new Map<string, Set<string>>();
  const newest = new Map<string, ScriptTrade>();
  let changes = 0;
  const match = (type: 'match' | 'last_match', trade: ScriptTrade): RawFrame =>
    JSON.stringify({
      type,
      trade_id: trade.id,
      maker_order_id: '2a0da34e-61f7-4c36-88e5-c9dd15927b16',
      taker_order_id: '3c82abaa-c01e-4608-be59-6a1e69742891',
      side: side(trade),
      size: trade.size,
      price: trade.price,
      product_id: trade.symbol,
      sequence: 1_000_000 + trade.id,
      time: coinbaseTime(trade.timeUs),
    });
  const list = (): RawFrame =>
    JSON.stringify({
      type: 'subscriptions',
      channels: [...active].map(([name, symbols]) => ({
        name: name === 'level2_batch' ? 'level2_50' : name,
        product_ids: [...symbols],
        account_ids: null,
      })),
    });
  const first = (symbol: string, channel: string): RawFrame[] => {
    if (channel === 'level2_batch')
      return [
        JSON.stringify({
          type: 'snapshot',
          product_id: symbol,
          asks: [
            ['120.50', '2.00000000'],
            ['9999999999.00', '0.00010000'],
          ],
          bids: [
            ['90.25', '3.00000000'],
            ['0.01', '104000.00000000'],
          ],
        }),
      ];
    const trade = newest.get(symbol);
    return channel === 'matches' && trade !== undefined ? [match('last_match', trade)] : [];
  };
  return {
    venue: coinbase,
    symbols: SYMBOLS,
    // level2_batch has neither a sequence nor a checksum: CB5, CB6 are all that shows.
    noticesLostChanges: false,
    greeting: () => [],
    answer(frame, refuse) {
      const { type, product_ids: symbols, channels } = JSON.parse(String(frame)) as Request;
      const bad = symbols.find((symbol) => refuse.has(symbol) || !SYMBOLS.some((known) => known === symbol));
      if (bad !== undefined)
        return [
          JSON.stringify({
            type: 'error',
            message: 'Failed to subscribe',
            reason: `${bad} is not a valid product`,
          }),
        ];
      for (const channel of channels) {
        const products = active.get(channel) ?? new Set();
        for (const symbol of symbols) {
          if (type === 'subscribe') products.add(symbol);
          else products.delete(symbol);
        }
        active.set(channel, products);
      }
      if (type === 'unsubscribe') return [list()];
      return [list(), ...symbols.flatMap((symbol) => channels.flatMap((channel) => first(symbol, channel)))];
    },
    heartbeat: () =>
      SYMBOLS.map((symbol) =>
        JSON.stringify({
          type: 'heartbeat',
          sequence: 90,
          last_trade_id: newest.get(symbol)?.id ?? 0,
          product_id: symbol,
          time: coinbaseTime(START_US),
        }),
      ),
    rest(path, trades) {
      const url = new URL(path, 'http://coinbase');
      if (url.pathname === '/products')
        return JSON.stringify(
          SYMBOLS.map((id) => ({
            id,
            base_currency: id.slice(0, 3),
            quote_currency: 'USD',
            quote_increment: '0.01',
            base_increment: '0.00000001',
            status: 'online',
          })),
        );
      const symbol = /^\/products\/([^/]+)\/trades$/.exec(url.pathname)?.[1];
      if (symbol === undefined) return null;
      const after = Number(url.searchParams.get('after') ?? Number.MAX_SAFE_INTEGER);
      const page = trades
        .filter((trade) => trade.symbol === symbol && trade.id < after)
        .toReversed()
        .slice(0, Number(url.searchParams.get('limit') ?? 1_000));
      return JSON.stringify(
        page.map((trade) => ({
          trade_id: trade.id,
          side: side(trade),
          size: trade.size,
          price: trade.price,
          time: coinbaseTime(trade.timeUs),
        })),
      );
    },
    trade(trade) {
      if (trade.id > (newest.get(trade.symbol)?.id ?? 0)) newest.set(trade.symbol, trade);
      return match('match', trade);
    },
    bookChange(symbol) {
      changes += 1;
      return JSON.stringify({
        type: 'l2update',
        product_id: symbol,
        changes: [['buy', '90.25', `${changes}.5`]],
        time: coinbaseTime(START_US + changes),
      });
    },
    badChecksum: () => null,
    unknownKind: () => '{"type":"horoscope","product_id":"BTC-USD","text":"A good day."}',
    wrongType: (symbol) =>
      match('match', { symbol, id: 1, price: '1', size: '1', timeUs: START_US })
        .toString()
        .replace('"price":"1"', '"price":{"amount":1}'),
    unknownSymbol: () =>
      match('match', { symbol: 'DOGE-USD', id: 7, price: '1', size: '1', timeUs: START_US }),
    plannedShutdown: () => null,
    rateLimit: () => '{"type":"error","message":"ErrSlowRead","reason":"too many messages"}',
  };
}

/** The maker's. */
function side({ id }: ScriptTrade): 'buy' | 'sell' {
  return id % 2 === 0 ? 'sell' : 'buy';
}
