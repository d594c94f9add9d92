import gemini from '../../../server/feeds/gemini/feed.ts';
import type { RawFrame } from '../../../server/feeds/venue/ports.ts';
import type { ScriptTrade, VenueScript } from './script.ts';

const SYMBOLS = ['BTCUSD', 'ETHUSD'] as const;
const TRADES_IN_SNAPSHOT = 50;

interface Request {
  readonly type: 'subscribe' | 'unsubscribe';
  readonly subscriptions: readonly { readonly symbols: readonly string[] }[];
}

const tradeOf = ({ symbol, id, price, size, timeUs }: ScriptTrade): object => ({
  type: 'trade',
  symbol,
  event_id: id,
  timestamp: Math.floor(timeUs / 1_000),
  price,
  quantity: size,
  side: id % 2 === 0 ? 'buy' : 'sell',
});

/** How Gemini's market data v2 speaks: no answer but the whole book with the latest trades, a heartbeat every 5 s. */
export function geminiScript(): VenueScript {
  const sent: ScriptTrade[] = [];
  let changes = 0;
  const book = (symbol: string): string =>
    JSON.stringify({
      type: 'l2_updates',
      symbol,
      changes: [
        ['buy', '90.25', `${changes + 1.5}`],
        ['sell', '120.50', '2'],
      ],
      trades: sent
        .filter((trade) => trade.symbol === symbol)
        .slice(-TRADES_IN_SNAPSHOT)
        .toReversed()
        .map(tradeOf),
    });
  return {
    venue: gemini,
    symbols: SYMBOLS,
    // Levels have neither a number nor a checksum.
    noticesLostChanges: false,
    greeting: () => [],
    answer(frame, refuse): RawFrame[] {
      const { type, subscriptions } = JSON.parse(String(frame)) as Request;
      if (type !== 'subscribe') return [];
      const asked = subscriptions.flatMap(({ symbols }) => symbols);
      return asked.filter((symbol) => !refuse.has(symbol)).map(book);
    },
    heartbeat: () => ['{"type":"heartbeat","timestamp":1624493666869}'],
    rest(path) {
      if (path === '/v1/symbols') return JSON.stringify(SYMBOLS.map((symbol) => symbol.toLowerCase()));
      const symbol = SYMBOLS.find((known) => path === `/v1/symbols/details/${known.toLowerCase()}`);
      return symbol === undefined
        ? null
        : `{"symbol":"${symbol}","base_currency":"${symbol.slice(0, 3)}","quote_currency":"USD","tick_size":1E-8,"quote_increment":0.01}`;
    },
    trade(trade) {
      sent.push(trade);
      return JSON.stringify(tradeOf(trade));
    },
    bookChange(symbol) {
      changes += 1;
      return JSON.stringify({ type: 'l2_updates', symbol, changes: [['buy', '90.25', `${changes + 1.5}`]] });
    },
    badChecksum: () => null,
    unknownKind: () => '{"type":"horoscope","text":"A good day."}',
    wrongType: (symbol) =>
      JSON.stringify({ ...tradeOf({ symbol, id: 1, price: '1', size: '1', timeUs: 1e15 }), price: [1] }),
    unknownSymbol: () =>
      JSON.stringify({ type: 'l2_updates', symbol: 'DOGEUSD', changes: [['buy', '1', '1']] }),
    plannedShutdown: () => null,
    rateLimit: () => null,
  };
}
