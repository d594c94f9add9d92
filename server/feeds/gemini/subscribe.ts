import type { RawFrame } from '../venue/ports.ts';

/** `l2` brings the book and, besides, the trades of a symbol. */
const request = (type: 'subscribe' | 'unsubscribe', symbols: readonly string[]): RawFrame[] =>
  symbols.length === 0 ? [] : [JSON.stringify({ type, subscriptions: [{ name: 'l2', symbols }] })];

export const subscribeFrames = (symbols: readonly string[]): RawFrame[] => request('subscribe', symbols);
export const unsubscribeFrames = (symbols: readonly string[]): RawFrame[] => request('unsubscribe', symbols);
