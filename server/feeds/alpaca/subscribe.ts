import { names } from './map.ts';
import type { AlpacaMessage } from './wire.ts';

/**
 * AL6 `{"action":"subscribe","trades":[...],"quotes":[...]}` adds to what is active. The answer, `subscription`, lists everything that
 *     is active then. Corrections and cancels of trades come by themselves with trades.
 * AL7 A subscription that is refused is answered by an `error` instead: 405 "symbol limit exceeded", 409 "insufficient subscription",
 *     410 "invalid subscribe action for this feed", 400 "invalid syntax". Nothing of it is active then.
 * AL8 Answers come in the order of the requests.
 * https://docs.alpaca.markets/docs/streaming-market-data
 *
 * Minute bars are not asked for: they say again what the trades said, a minute late, and the engine makes its own.
 */

/**
 * `core` = trades and quotes; without them an instrument is not served. `extras` = what a feed may lack. `probe` = asks again for what
 * is active, so that something is answered.
 */
type Kind = 'core' | 'extras' | 'probe' | 'unsubscribe';

interface Asked {
  readonly kind: Kind;
  readonly symbols: readonly string[];
}

export const CORE_CHANNELS = ['trades', 'quotes'] as const;
const STOCK_EXTRAS = ['dailyBars', 'statuses'] as const;
const CRYPTO_EXTRAS = ['dailyBars', 'orderbooks'] as const;
/** Symbols in one message: what has to be asked for again when it is refused. */
const SYMBOLS_PER_FRAME = 100;

/** Of a pair, `BTC/USD`, and not of a share class, `BRK.B`. */
export const isCrypto = (symbol: string): boolean => symbol.includes('/');

export type Refusal =
  /** A part of a message that was refused as a whole: to be asked for by itself. */
  | { readonly kind: 'split'; readonly frames: readonly object[] }
  | { readonly kind: 'refused'; readonly symbol: string; readonly channel: string }
  /** Statistics or status are not to be had; the instrument is served without. */
  | { readonly kind: 'spared'; readonly symbols: readonly string[] }
  /** It answers nothing that was asked. */
  | { readonly kind: 'stray' };

/** What was asked for on one connection and waits for its answer. Sends nothing. Invariant: one entry a message that is not answered. */
export class Subscriptions {
  readonly #waiting: Asked[] = [];
  readonly #active = new Set<string>();

  subscribe(symbols: readonly string[]): object[] {
    const frames: object[] = [];
    for (let at = 0; at < symbols.length; at += SYMBOLS_PER_FRAME) {
      const batch = symbols.slice(at, at + SYMBOLS_PER_FRAME);
      frames.push(this.#ask('core', batch), this.#ask('extras', batch));
    }
    return frames;
  }

  unsubscribe(symbols: readonly string[]): object[] {
    for (const symbol of symbols) this.#active.delete(symbol);
    return symbols.length === 0 ? [] : [this.#ask('unsubscribe', symbols)];
  }

  /** A message that is answered whatever the market does. */
  probe(): object {
    const [active] = this.#active;
    return this.#ask('probe', active === undefined ? [] : [active]);
  }

  /** AL6. The symbols of which all core channels became active by this answer. */
  onList(message: AlpacaMessage): string[] {
    const asked = this.#waiting.shift();
    const trades = new Set(names(message.trades));
    const quotes = new Set(names(message.quotes));
    if (asked?.kind !== 'core') return [];
    const active = asked.symbols.filter((symbol) => trades.has(symbol) && quotes.has(symbol));
    for (const symbol of active) this.#active.add(symbol);
    return active;
  }

  /** AL7. */
  onRefusal(): Refusal {
    const asked = this.#waiting.shift();
    if (asked === undefined) return { kind: 'stray' };
    const { kind, symbols } = asked;
    if (kind === 'extras') return { kind: 'spared', symbols };
    if (kind !== 'core') return { kind: 'stray' };
    const [first] = symbols;
    if (symbols.length === 1) return { kind: 'refused', symbol: first!, channel: CORE_CHANNELS.join(', ') };
    const half = Math.ceil(symbols.length / 2);
    const parts = [symbols.slice(0, half), symbols.slice(half)];
    return { kind: 'split', frames: parts.map((part) => this.#ask('core', part)) };
  }

  #ask(kind: Kind, symbols: readonly string[]): object {
    this.#waiting.push({ kind, symbols });
    if (kind === 'core') return { action: 'subscribe', ...lists(CORE_CHANNELS, symbols) };
    if (kind === 'probe') return { action: 'subscribe', trades: symbols };
    const extras = symbols.some(isCrypto) ? CRYPTO_EXTRAS : STOCK_EXTRAS;
    if (kind === 'extras') return { action: 'subscribe', ...lists(extras, symbols) };
    return { action: 'unsubscribe', ...lists([...CORE_CHANNELS, ...extras], symbols) };
  }
}

function lists(channels: readonly string[], symbols: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(channels.map((channel) => [channel, symbols]));
}
