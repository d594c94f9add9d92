import type { Cancel, Clock } from '../../engine/ports.ts';
import { BackOff } from '../venue/back-off.ts';
import type { CcxtExchange, CcxtModule } from './ccxt-module.ts';

const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 60_000;
/** When the exchange says that too much was asked, ms. */
const LIMITED_PAUSE_MS = 15_000;

/** What can be watched, and ccxt's methods for it. */
export const WATCHES = {
  trades: { watch: 'watchTrades', unWatch: 'unWatchTrades' },
  book: { watch: 'watchOrderBook', unWatch: 'unWatchOrderBook' },
  ticker: { watch: 'watchTicker', unWatch: 'unWatchTicker' },
} as const;
export type WatchKind = keyof typeof WATCHES;

export interface WatchParts {
  readonly exchange: CcxtExchange;
  readonly module: CcxtModule;
  readonly clock: Clock;
  readonly random: () => number;
  readonly symbol: string;
  readonly kind: WatchKind;
  /** It is asked again after an error. */
  readonly onAsked: () => void;
  /** It has given something again after an error: the exchange is back. */
  readonly onBack: () => void;
  /** Takes what a watch resolved to. What it throws counts as an error of the exchange. */
  readonly onData: (data: unknown) => void;
  /** One sentence why nothing comes now. `isOver`: it is not tried again. */
  readonly onError: (sentence: string, isOver: boolean) => void;
}

/**
 * One subscription through ccxt: asks for the next batch as soon as one has come, and survives errors with growing pauses. ccxt itself
 * connects, subscribes and keeps the order book.
 *
 * Invariant: after `close` nothing is told, whatever the promise that is still pending comes to.
 */
export class SymbolWatch {
  readonly #parts: WatchParts;
  readonly #backOff: BackOff;
  #pause: Cancel | null = null;
  /** Ends the pause, where it need not be as long as it is. */
  #goOn: (() => void) | null = null;
  #isClosed = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    this.#backOff = new BackOff(RETRY_MS_MIN, RETRY_MS_MAX, parts.random);
    void this.#run();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#pause?.();
    const { exchange, kind, symbol } = this.#parts;
    const { unWatch } = WATCHES[kind];
    // Few exchanges can; at the others the stream goes on unread until the feed is closed.
    if (exchange.has[unWatch] === true)
      void Promise.resolve(exchange[unWatch]?.(symbol)).catch(() => undefined);
  }

  /** The exchange is back, as another watch has found: a pause that grew while it was away is cut short, each at another moment. */
  hurry(): void {
    this.#backOff.reset();
    const goOn = this.#goOn;
    if (goOn === null) return;
    const { clock, random } = this.#parts;
    this.#goOn = null;
    this.#pause?.();
    this.#pause = clock.after(random() * RETRY_MS_MIN, goOn);
  }

  async #run(): Promise<void> {
    const { exchange, symbol, kind, onAsked, onBack, onData } = this.#parts;
    let isAgain = false;
    let hasFailed = false;
    while (!this.#isClosed) {
      try {
        const asked = exchange[WATCHES[kind].watch](symbol);
        if (isAgain) onAsked();
        isAgain = false;
        const data: unknown = await asked;
        if (this.#isClosed) return;
        onData(data);
        this.#backOff.reset();
        if (hasFailed) onBack();
        hasFailed = false;
      } catch (error) {
        if (this.#isClosed || !(await this.#goesOn(error))) return;
        isAgain = true;
        hasFailed = true;
      }
    }
  }

  /** Tells an error and waits; false when it is no use to try again. */
  async #goesOn(error: unknown): Promise<boolean> {
    const { module, clock, onError, kind } = this.#parts;
    if (error instanceof module.ExchangeClosedByUser || error instanceof module.UnsubscribeError)
      return false;
    const isOver = [
      module.AuthenticationError,
      module.NotSupported,
      module.BadSymbol,
      module.ArgumentsRequired,
    ].some((over) => error instanceof over);
    const reason = (error instanceof Error ? error.message : String(error))
      .slice(0, 200)
      .replace(/\s+/g, ' ');
    onError(`${kind}: ${reason.replace(/\.$/, '')}.`, isOver);
    if (isOver) return false;
    const isLimited = error instanceof module.DDoSProtection || error instanceof module.RateLimitExceeded;
    const pauseMs = Math.max(this.#backOff.next(), isLimited ? LIMITED_PAUSE_MS : 0);
    await new Promise<void>((resolve) => {
      this.#pause = clock.after(pauseMs, resolve);
      // What the exchange has asked for is kept to.
      if (!isLimited) this.#goOn = resolve;
    });
    this.#goOn = null;
    return !this.#isClosed;
  }
}
