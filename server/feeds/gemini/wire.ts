/**
 * Frames of Gemini's market data v2 as they are on the wire: https://docs.gemini.com/websocket/market-data/v2/about
 *
 * GM1 "l2": one subscription brings the book (`l2_updates`) and the trades (`trade`) of a symbol.
 * GM2 "The initial response message will show the existing state of the order book": it is told by the trades in it. (10 first frames of
 *     10 symbols in a real capture had them, 645 changes had none.) Changes before it belong to a book that nobody has.
 * GM3 "quantity at the price level, 0 if removed". Levels have neither sequence nor time.
 * GM4 `side` of a trade is who crossed the spread; `event_id` grows, with holes: other events of the venue take ids in between.
 * GM5 `heartbeat` every 5 s, whatever else is sent: 7 in 31 s of a capture. A connection without is dead.
 * GM6 `tick_size` of a symbol's details is the step of the size, `quote_increment` that of the price.
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
  'mark_price_updates',
  'funding_amount_updates',
  ...['1m', '5m', '15m', '30m', '1h', '6h', '1d'].map((interval) => `candles_${interval}_updates`),
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
