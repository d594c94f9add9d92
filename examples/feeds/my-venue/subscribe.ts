// What the client sends.

const request = (op: string, symbols: readonly string[]): string[] =>
  symbols.length === 0 ? [] : [JSON.stringify({ op, symbols })];

export const subscribeFrames = (symbols: readonly string[]): string[] => request('subscribe', symbols);
export const unsubscribeFrames = (symbols: readonly string[]): string[] => request('unsubscribe', symbols);
