import type { RawFrame } from '../../../server/feeds/venue/ports.ts';
import type { FrameSet } from './frame-set.ts';

/** What of ccxt's exchanges is used here. */
interface CcxtExchange {
  setMarkets(markets: readonly object[]): unknown;
  loadHttpProxyAgent(): Promise<unknown>;
  client(url: string): object;
  handleMessage(client: object, message: unknown): void;
}

interface CcxtMarket {
  readonly id: string;
  readonly base: string;
  readonly quote: string;
  readonly tick: string;
  readonly lot: string;
}

/** How the same messages are handed to one of ccxt's exchanges. */
export interface CcxtWay {
  readonly exchange: string;
  readonly markets: readonly CcxtMarket[];
  /** The kinds of frames that both handle without asking a server first. */
  readonly bothHandle: RegExp;
  /** The text that its socket would have got. */
  text(raw: RawFrame): string;
}

export const CCXT_BINANCE: CcxtWay = {
  exchange: 'binance',
  markets: [{ id: 'BTCUSDT', base: 'BTC', quote: 'USDT', tick: '0.01', lot: '0.00001' }],
  bothHandle: /^.{0,40}@(?:trade|bookTicker)"/,
  // It subscribes to raw streams: their frames are what `data` holds here.
  text: (raw) => JSON.stringify((JSON.parse(String(raw)) as { data: unknown }).data),
};

/** Books, tickers and trades: all that we ask Coinbase for, but the trade that answers a subscription, which ccxt leaves out. */
export function ccxtCoinbase({ listings }: FrameSet): CcxtWay {
  return {
    exchange: 'coinbaseexchange',
    markets: listings.map(({ symbol, tick, lot }) => {
      const [base, quote] = symbol.split('-') as [string, string];
      return { id: symbol, base, quote, tick, lot };
    }),
    bothHandle: /^\{"type":"(?:snapshot|l2update|ticker|match)"/,
    text: String,
  };
}

/** Hands frames to ccxt's exchange as its socket would. Null when ccxt, which is optional, is not installed. */
export async function ccxtHandler({ frames }: FrameSet, way: CcxtWay): Promise<(() => void) | null> {
  let exchange: CcxtExchange;
  try {
    const { default: ccxt } = (await import('ccxt')) as unknown as {
      default: { pro: Record<string, new (options: object) => CcxtExchange> };
    };
    exchange = new ccxt.pro[way.exchange]!({ newUpdates: true });
  } catch {
    return null;
  }
  exchange.setMarkets(way.markets.map(marketOf));
  await exchange.loadHttpProxyAgent();
  const client = exchange.client('ws://127.0.0.1:1/ws');
  const texts = frames.map(({ raw }) => way.text(raw));
  return () => {
    for (const text of texts) exchange.handleMessage(client, JSON.parse(text));
  };
}

function marketOf({ id, base, quote, tick, lot }: CcxtMarket): object {
  return {
    ...{ id, lowercaseId: id.toLowerCase(), symbol: `${base}/${quote}` },
    ...{ base, quote, baseId: base, quoteId: quote },
    ...{ type: 'spot', spot: true, active: true, limits: {} },
    precision: { price: Number(tick), amount: Number(lot) },
  };
}
