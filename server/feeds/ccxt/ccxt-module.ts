import { UserError } from '../../errors.ts';

/**
 * The part of ccxt that we use: https://docs.ccxt.com, ccxt 4.5. Its own types describe some hundred exchanges and take the compiler
 * seconds; values are looked at in `map.ts` in any case.
 */
export interface CcxtExchange {
  readonly id: string;
  readonly name: string;
  /** What it can do: `true`, `'emulated'`, or not. */
  readonly has: Readonly<Record<string, unknown>>;
  readonly precisionMode: number;
  readonly urls: Record<string, unknown>;
  readonly options?: Readonly<Record<string, unknown>>;
  loadMarkets(): Promise<Readonly<Record<string, CcxtMarket | undefined>>>;
  watchTrades(symbol: string): Promise<readonly CcxtTrade[]>;
  watchOrderBook(symbol: string): Promise<CcxtOrderBook>;
  watchTicker(symbol: string): Promise<CcxtTicker>;
  unWatchTrades?(symbol: string): Promise<unknown>;
  unWatchOrderBook?(symbol: string): Promise<unknown>;
  unWatchTicker?(symbol: string): Promise<unknown>;
  /** The connection to an address, made when it is new. */
  client?(url: string): CcxtClient;
  close(): Promise<unknown>;
}

interface CcxtClient {
  send(message: unknown): Promise<unknown>;
  onError(error: unknown): void;
}

export interface CcxtMarket {
  readonly base?: unknown;
  readonly quote?: unknown;
  readonly settle?: unknown;
  /** spot, swap, future, option, margin. */
  readonly type?: unknown;
  readonly precision?: { readonly price?: unknown; readonly amount?: unknown };
}

export interface CcxtTrade {
  readonly id?: unknown;
  /** Ms since 1970. */
  readonly timestamp?: unknown;
  readonly price?: unknown;
  readonly amount?: unknown;
  /** The taker's. */
  readonly side?: unknown;
}

/** Best first. */
export interface CcxtOrderBook {
  readonly bids?: unknown;
  readonly asks?: unknown;
  readonly timestamp?: unknown;
}

export interface CcxtTicker {
  readonly timestamp?: unknown;
  readonly bid?: unknown;
  readonly bidVolume?: unknown;
  readonly ask?: unknown;
  readonly askVolume?: unknown;
  readonly open?: unknown;
  readonly high?: unknown;
  readonly low?: unknown;
  readonly baseVolume?: unknown;
}

type ErrorClass = new (message?: string) => Error;

export interface CcxtModule {
  readonly pro: Readonly<Record<string, (new (options: object) => CcxtExchange) | undefined>>;
  readonly DECIMAL_PLACES: number;
  readonly TICK_SIZE: number;
  /** A key is wanted, or wrong: trying again is no use. */
  readonly AuthenticationError: ErrorClass;
  readonly NotSupported: ErrorClass;
  readonly BadSymbol: ErrorClass;
  readonly ArgumentsRequired: ErrorClass;
  /** Too much was asked: a longer pause. Both are network errors too. */
  readonly DDoSProtection: ErrorClass;
  readonly RateLimitExceeded: ErrorClass;
  /** What a watch ends with when we end it. */
  readonly ExchangeClosedByUser: ErrorClass;
  readonly UnsubscribeError: ErrorClass;
}

/** Not written out in the import, so that the compiler does not read its types. */
const PACKAGE = 'ccxt';
/** What the peer dependency says. */
const INSTALL = 'npm install ccxt@^4.5.84';

/** @throws UserError with the command that installs it */
export async function loadCcxt(load: () => Promise<unknown> = () => import(PACKAGE)): Promise<CcxtModule> {
  let loaded: { default?: CcxtModule };
  try {
    loaded = (await load()) as { default?: CcxtModule };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UserError(`Exchanges through ccxt need that package, which is not installed: ${INSTALL}`);
  }
  const module = loaded.default;
  if (module?.pro === undefined)
    throw new UserError(`The ccxt that is installed has no WebSocket exchanges: ${INSTALL}`);
  return module;
}

/** Names of exchanges that have live data. */
export function exchangeNames(module: CcxtModule): string[] {
  return Object.keys(module.pro).filter((name) => /^[a-z][a-z0-9]*$/.test(name) && name !== 'exchanges');
}

/**
 * Makes the sending of a subscription safe: ccxt 4.5 forgets the promise of a send that had to wait for the rate limit
 * (`Exchange.watch`: `client.throttle(cost).then(() => { client.send(message); })`), so that a connection which is lost meanwhile would
 * end the process by an unhandled rejection. It is told to the connection instead, as ccxt does where nothing had to wait.
 */
export function guardSends(exchange: CcxtExchange): void {
  const make = exchange.client?.bind(exchange);
  if (make === undefined) return;
  const guarded = new WeakSet<CcxtClient>();
  exchange.client = (url) => {
    const client = make(url);
    if (guarded.has(client)) return client;
    guarded.add(client);
    const send = client.send.bind(client);
    client.send = (message) => {
      const sent = send(message);
      sent.catch((error: unknown) => client.onError(error));
      return sent;
    };
    return client;
  };
}
