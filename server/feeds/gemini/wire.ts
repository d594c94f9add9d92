/**
 * Frames of Gemini's market data v2 as they are on the wire: https://docs.gemini.com/websocket/market-data/v2/about
 *
 * Prices and sizes are text; times are ms. No frame has a sequence number, and books have no time.
 */
export type Frame = L2Updates | Trade | Heartbeat;

/** `{"type":"l2_updates","symbol":"GRTUSD","changes":[["buy","0.6157","0"]]}`; the first of a subscription is the whole book. */
export interface L2Updates {
  readonly type: 'l2_updates';
  readonly symbol: string;
  /** Side of the book, price, what rests there now; `0` removes the level. */
  readonly changes: readonly (readonly [side: 'buy' | 'sell', price: string, size: string])[];
  /** Only in the first frame: the latest trades, in no order that the page promises. */
  readonly trades?: readonly Trade[];
}

/** `{"type":"trade","symbol":"FILUSD","event_id":45465842999,"timestamp":1624493681030,"price":"58.4998","quantity":"15.4053","side":"buy"}` */
export interface Trade {
  readonly type: 'trade';
  readonly symbol: string;
  /** Grows; other events of the venue take ids in between. */
  readonly event_id: number;
  readonly timestamp: number;
  readonly price: string;
  readonly quantity: string;
  /** Who crossed the spread. */
  readonly side: 'buy' | 'sell';
}

/** Every 5 s: `{"type":"heartbeat","timestamp":1624493666869}` */
export interface Heartbeat {
  readonly type: 'heartbeat';
  readonly timestamp: number;
}

/** Kinds that come with an `l2` subscription and say nothing that is shown here: indicative prices and results of auctions, block trades. */
export const LEFT_OUT: readonly string[] = [
  'auction_open',
  'auction_indicative',
  'auction_result',
  'auction_cancelled',
  'block_trade',
];

/** Answer of GET `/v1/symbols/details/btcusd`: https://docs.gemini.com/rest/market-data#symbol-details */
export interface SymbolDetails {
  readonly symbol: string;
  readonly base_currency: string;
  readonly quote_currency: string;
  /** Size step (the page's own name): `1E-8`. */
  readonly tick_size: number;
  /** Price step: `0.01`. */
  readonly quote_increment: number;
}
