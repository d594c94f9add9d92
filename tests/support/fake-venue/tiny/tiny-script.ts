import type { RawFrame, Venue } from '../../../../server/feeds/venue/ports.ts';
import type { ScriptTrade, VenueScript } from '../script.ts';
import { tinySum, tinyVenue, type TinyFrame, type TinyRequest } from './tiny-venue.ts';

const SYMBOLS = ['AAA', 'BBB'] as const;
const BIDS: [string, string][] = [['100.25', '3']];
const ASKS: [string, string][] = [['100.50', '2']];

const text = (frame: TinyFrame): string => JSON.stringify(frame);

/** How the tiny venue speaks. Its books never change but in their sequence, so that any snapshot fits. */
export function tinyScript(facts: Partial<Venue> = {}): VenueScript {
  const seq = new Map<string, number>();
  const book = (type: 'snapshot' | 'change', symbol: string, offBy = 0): RawFrame => {
    const next = (seq.get(symbol) ?? 0) + (type === 'change' ? 1 : 0);
    seq.set(symbol, next);
    const sum = tinySum(next, BIDS, ASKS) + offBy;
    return text({ type, symbol, seq: next, bids: BIDS, asks: ASKS, sum, time: 1_790_856_000_000_000 });
  };
  const trade = ({ symbol, id, price, size, timeUs }: ScriptTrade): TinyFrame => ({
    type: 'trade',
    symbol,
    id,
    price,
    size,
    side: id % 2 === 0 ? 'buy' : 'sell',
    time: timeUs,
  });
  const made = { id: 1, price: '100.25', size: '1', timeUs: 1_790_856_000_000_000 };
  return {
    venue: tinyVenue(facts),
    symbols: SYMBOLS,
    noticesLostChanges: true,
    greeting: () => [],
    answer(frame, refuse) {
      const { op, symbols } = JSON.parse(String(frame)) as TinyRequest;
      if (op === 'unsubscribe') return symbols.map((symbol) => text({ type: 'unsubscribed', symbol }));
      if (op === 'snapshot') return symbols.map((symbol) => book('snapshot', symbol));
      return symbols.flatMap((symbol) =>
        refuse.has(symbol)
          ? [text({ type: 'refused', symbol, reason: 'Not for you.' })]
          : [text({ type: 'subscribed', symbol }), book('snapshot', symbol)],
      );
    },
    heartbeat: () => [text({ type: 'beat' })],
    rest(path, trades) {
      const url = new URL(path, 'http://tiny');
      if (url.pathname === '/instruments') {
        const listing = { name: '', assetClass: 'crypto', currency: 'USD', tick: '0.01', lot: '0.001' };
        return JSON.stringify(SYMBOLS.map((symbol) => ({ symbol, ...listing })));
      }
      if (url.pathname !== '/trades') return null;
      const [from, to] = [Number(url.searchParams.get('from')), Number(url.searchParams.get('to'))];
      const wanted = trades.filter(
        ({ symbol, id }) => symbol === url.searchParams.get('symbol') && id >= from && id <= to,
      );
      return JSON.stringify(wanted.map(trade));
    },
    trade: (row) => text(trade(row)),
    bookChange: (symbol) => book('change', symbol),
    badChecksum: (symbol) => book('change', symbol, 1),
    unknownKind: () => '{"type":"horoscope","text":"A good day."}',
    wrongType: (symbol) => JSON.stringify({ ...trade({ symbol, ...made }), price: { amount: 1 } }),
    unknownSymbol: () => text(trade({ symbol: 'ZZZ', ...made })),
    plannedShutdown: () => text({ type: 'ending', reason: 'Maintenance in a minute.' }),
    rateLimit: () => text({ type: 'error', reason: 'too many messages' }),
  };
}
