import { channelOf } from './map.ts';

/**
 * CB8 "To receive feed messages, you must send a subscribe message or you are disconnected in 5 seconds."
 * CB9 The answer, `subscriptions`, "lists all channels you are subscribed to": not what was asked for, but all that is active. A channel
 *     that was active and is in the list no more has ended.
 * CB10 A subscribe that fails ("Failed to subscribe") is ignored as a whole, whichever of its products was the reason
 *     (https://github.com/coinbase/coinbase-pro-node/issues/174).
 * https://docs.cdp.coinbase.com/exchange/websocket-feed/overview
 */

export const CHANNELS = ['heartbeat', 'ticker', 'matches', 'level2_batch'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Products in one message: what has to be asked again when one of them is refused (CB10). */
export const SYMBOLS_PER_FRAME = 20;

/** A message that waits for its answer; the venue answers in order. */
interface Asked {
  readonly type: 'subscribe' | 'unsubscribe';
  readonly symbols: readonly string[];
  readonly channels: readonly string[];
}

/**
 * One product's channels: the number of the message that asked for it last and waits for its answer; 0 = active; Infinity = the venue
 * ended it.
 */
type ChannelStates = Map<string, number>;

/** What an answer said. */
export interface Answered {
  readonly active: readonly { symbol: string; channel: string }[];
  readonly ended: readonly { symbol: string; channel: string }[];
}

export interface Refusal {
  /** Products that are not served. */
  readonly refused: readonly string[];
  readonly channel: string;
  /** The other products of the message, in the groups in which they are to be asked for again. */
  readonly again: readonly string[][];
}

/**
 * What was asked of the venue on one connection, and what it said to that. Sends nothing. Invariant: a channel is active only when an
 * answer to its newest request, or to a later one, lists it; where no unsubscribe of it is on the way, any answer that lists it will do,
 * or one request that the venue swallowed would leave all others one answer behind for good.
 */
export class Subscriptions {
  readonly #waiting: Asked[] = [];
  /** Number of the newest message, and of the newest that was answered. */
  #asked = 0;
  #answered = 0;
  readonly #products = new Map<string, ChannelStates>();

  /** Messages for these channels of these products, in batches. */
  subscribe(symbols: readonly string[], channels: readonly string[] = CHANNELS): string[] {
    return batches(symbols, SYMBOLS_PER_FRAME).map((batch) => {
      const frame = this.#ask('subscribe', batch, channels);
      for (const symbol of batch) {
        const states = this.#products.get(symbol) ?? new Map<string, number>();
        for (const channel of channels) states.set(channel, this.#asked);
        this.#products.set(symbol, states);
      }
      return frame;
    });
  }

  unsubscribe(symbols: readonly string[], channels: readonly string[] = CHANNELS): string[] {
    return batches(symbols, SYMBOLS_PER_FRAME).map((batch) => {
      for (const symbol of batch) {
        const states = this.#products.get(symbol);
        for (const channel of channels) states?.delete(channel);
        if (states?.size === 0) this.#products.delete(symbol);
      }
      return this.#ask('unsubscribe', batch, channels);
    });
  }

  /** A new snapshot or a new last trade comes with a new subscription only. */
  again(symbol: string, channels: readonly string[]): string[] {
    return [...this.unsubscribe([symbol], channels), ...this.subscribe([symbol], channels)];
  }

  /** Whether all that was asked for of a product is active. What nobody asked for here is not missed. */
  isWhole(symbol: string): boolean {
    return this.missing(symbol).length === 0;
  }

  /** Channels of a product that were asked for and are not active. */
  missing(symbol: string): string[] {
    const states = this.#products.get(symbol) ?? [];
    return [...states].flatMap(([channel, state]) => (state > 0 ? [channel] : []));
  }

  /** CB9. Null when the list is none. */
  onList(list: unknown): Answered | null {
    const listed = listedChannels(list);
    if (listed === null) return null;
    this.#answer();
    const active: { symbol: string; channel: string }[] = [];
    const ended: { symbol: string; channel: string }[] = [];
    for (const [symbol, states] of this.#products) {
      for (const [channel, state] of states) {
        const isListed = listed.get(channel)?.has(symbol) === true;
        if (isListed && state > 0 && (state <= this.#answered || !this.#isLeaving(symbol, channel))) {
          states.set(channel, 0);
          active.push({ symbol, channel });
        } else if (!isListed && state === 0) {
          states.set(channel, Number.POSITIVE_INFINITY);
          ended.push({ symbol, channel });
        }
      }
    }
    // All that was asked for is there: whatever has no answer yet will tell nothing new.
    const isSettled = [...this.#products.values()].every((states) =>
      [...states.values()].every((at) => at === 0),
    );
    if (isSettled && this.#waiting.every(({ type }) => type === 'subscribe')) {
      this.#waiting.length = 0;
      this.#answered = this.#asked;
    }
    return { active, ended };
  }

  /** CB10. Null when no subscribe waits for an answer. */
  onFailure(reason: string): Refusal | null {
    const asked = this.#answer();
    if (asked?.type !== 'subscribe') return null;
    const symbols = asked.symbols.filter((symbol) => this.#products.has(symbol));
    const channel = asked.channels.find((name) => reason.includes(name.split('_')[0]!)) ?? '';
    const named = symbols.filter((symbol) => reason.includes(symbol));
    const refused = channel !== '' || symbols.length === 1 ? symbols : longestNames(named);
    for (const symbol of refused) this.#products.delete(symbol);
    const others = symbols.filter((symbol) => !refused.includes(symbol));
    // Which one it was is not said: each by itself.
    const again = refused.length === 0 ? others.map((symbol) => [symbol]) : [others];
    return {
      refused,
      channel: channel || asked.channels.join(', '),
      again: again.filter(({ length }) => length > 0),
    };
  }

  #isLeaving(symbol: string, channel: string): boolean {
    return this.#waiting.some(
      ({ type, symbols, channels }) =>
        type === 'unsubscribe' && symbols.includes(symbol) && channels.includes(channel),
    );
  }

  #ask(type: Asked['type'], symbols: readonly string[], channels: readonly string[]): string {
    this.#asked += 1;
    this.#waiting.push({ type, symbols, channels });
    return JSON.stringify({ type, product_ids: symbols, channels });
  }

  #answer(): Asked | undefined {
    const asked = this.#waiting.shift();
    if (asked !== undefined) this.#answered += 1;
    return asked;
  }
}

/** `AB-USD` is part of `CAB-USD is not a valid product`: the longer name is meant. */
function longestNames(symbols: readonly string[]): string[] {
  return symbols.filter((symbol) => !symbols.some((other) => other !== symbol && other.includes(symbol)));
}

function batches(symbols: readonly string[], size: number): string[][] {
  const all: string[][] = [];
  for (let at = 0; at < symbols.length; at += size) all.push(symbols.slice(at, at + size));
  return all;
}

function listedChannels(list: unknown): Map<string, Set<string>> | null {
  if (!Array.isArray(list)) return null;
  const listed = new Map<string, Set<string>>();
  for (const entry of list as unknown[]) {
    const { name, product_ids: symbols } = (entry ?? {}) as { name?: unknown; product_ids?: unknown };
    if (typeof name !== 'string') return null;
    const known = listed.get(channelOf(name)) ?? new Set<string>();
    for (const symbol of Array.isArray(symbols) ? (symbols as unknown[]) : [])
      if (typeof symbol === 'string') known.add(symbol);
    listed.set(channelOf(name), known);
  }
  return listed;
}
