import type { CcxtExchange, CcxtMarket, CcxtModule } from '../../../../../server/feeds/ccxt/ccxt-module.ts';

class AuthenticationError extends Error {}
class NotSupported extends Error {}
class BadSymbol extends Error {}
class ArgumentsRequired extends Error {}
export class NetworkError extends Error {}
class DDoSProtection extends NetworkError {}
class RateLimitExceeded extends NetworkError {}
class ExchangeClosedByUser extends Error {}
class UnsubscribeError extends Error {}

type Watch = 'watchTrades' | 'watchOrderBook' | 'watchTicker';

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** An exchange as ccxt has them, of which the test says what its watches come to. */
export class FakeExchange implements CcxtExchange {
  readonly id = 'fake';
  readonly name = 'Fake';
  has: Record<string, unknown> = { watchTrades: true, watchOrderBook: true, watchTicker: true };
  precisionMode = 4;
  readonly urls = {};
  markets: Record<string, CcxtMarket> = {
    'BTC/USDT': { base: 'BTC', quote: 'USDT', type: 'spot', precision: { price: 0.01, amount: 1e-8 } },
    'ETH/USDT': { base: 'ETH', quote: 'USDT', type: 'spot', precision: {} },
  };
  closes = 0;
  unwatched: string[] = [];
  /** Never answers `close`. */
  hangs = false;
  loadError: Error | null = null;
  readonly #pending = new Map<string, Pending>();

  loadMarkets(): Promise<Record<string, CcxtMarket>> {
    return this.loadError === null ? Promise.resolve(this.markets) : Promise.reject(this.loadError);
  }

  watchTrades = (symbol: string) => this.#watch<never>('watchTrades', symbol);
  watchOrderBook = (symbol: string) => this.#watch<never>('watchOrderBook', symbol);
  watchTicker = (symbol: string) => this.#watch<never>('watchTicker', symbol);
  unWatchTrades = (symbol: string): Promise<void> => {
    this.unwatched.push(symbol);
    return Promise.reject(new UnsubscribeError('unsubscribed'));
  };

  /** Whether somebody waits for the next batch. */
  awaits(watch: Watch, symbol: string): boolean {
    return this.#pending.has(`${watch} ${symbol}`);
  }

  async give(watch: Watch, symbol: string, value: unknown): Promise<void> {
    this.#take(watch, symbol).resolve(value);
    await turns();
  }

  async fail(watch: Watch, symbol: string, error: Error): Promise<void> {
    this.#take(watch, symbol).reject(error);
    await turns();
  }

  close(): Promise<void> {
    this.closes += 1;
    for (const { reject } of this.#pending.values()) reject(new ExchangeClosedByUser('closed'));
    this.#pending.clear();
    return this.hangs ? new Promise(() => undefined) : Promise.resolve();
  }

  #take(watch: Watch, symbol: string): Pending {
    const pending = this.#pending.get(`${watch} ${symbol}`);
    if (pending === undefined) throw new Error(`nobody watches ${watch} of ${symbol}`);
    this.#pending.delete(`${watch} ${symbol}`);
    return pending;
  }

  #watch<Value>(watch: Watch, symbol: string): Promise<Value> {
    return new Promise((resolve, reject) =>
      this.#pending.set(`${watch} ${symbol}`, { resolve: resolve as (value: unknown) => void, reject }),
    );
  }
}

/** Lets promises that are settled be heard. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** ccxt with one exchange, which is always this one. */
export function fakeModule(exchange: FakeExchange): CcxtModule {
  function Fake(): FakeExchange {
    return exchange;
  }
  return {
    pro: { fake: Fake as unknown as new () => CcxtExchange },
    DECIMAL_PLACES: 2,
    TICK_SIZE: 4,
    ...{ AuthenticationError, NotSupported, BadSymbol, ArgumentsRequired, DDoSProtection, RateLimitExceeded },
    ...{ ExchangeClosedByUser, UnsubscribeError },
  };
}
