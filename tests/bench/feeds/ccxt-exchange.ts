import type { FrameSet } from './frame-set.ts';

/** What of ccxt's exchange is used here. */
interface CcxtExchange {
  setMarkets(markets: readonly object[]): unknown;
  loadHttpProxyAgent(): Promise<unknown>;
  client(url: string): object;
  handleMessage(client: object, message: unknown): void;
}

const MARKET = {
  ...{ id: 'BTCUSDT', lowercaseId: 'btcusdt', symbol: 'BTC/USDT' },
  ...{ base: 'BTC', quote: 'USDT', baseId: 'BTC', quoteId: 'USDT' },
  ...{ type: 'spot', spot: true, active: true, limits: {} },
  precision: { price: 0.01, amount: 0.00001 },
};

/** The kinds of frames that both handle without asking a server first. */
export const BOTH_HANDLE = /^.{0,40}@(?:trade|bookTicker)"/;

/** Hands frames to ccxt's Binance as its socket would. Null when ccxt, which is optional, is not installed. */
export async function ccxtBinance({ frames }: FrameSet): Promise<(() => void) | null> {
  let exchange: CcxtExchange;
  try {
    const { default: ccxt } = (await import('ccxt')) as unknown as {
      default: { pro: { binance: new (options: object) => CcxtExchange } };
    };
    exchange = new ccxt.pro.binance({ newUpdates: true });
  } catch {
    return null;
  }
  exchange.setMarkets([MARKET]);
  await exchange.loadHttpProxyAgent();
  const client = exchange.client('ws://127.0.0.1:1/ws');
  // It subscribes to raw streams: their frames are what `data` holds here.
  const texts = frames.map(({ raw }) => JSON.stringify((JSON.parse(String(raw)) as { data: unknown }).data));
  return () => {
    for (const text of texts) exchange.handleMessage(client, JSON.parse(text));
  };
}
