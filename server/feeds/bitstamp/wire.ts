/**
 * Frames of Bitstamp as they come: https://www.bitstamp.net/websocket/v2/
 * Every field is `unknown` until `map.ts` has looked at it; the examples are frames of a real connection or of that page.
 */

/** A price level: price, amount. An amount of 0 in a difference = the level is gone. */
export type BitstampLevel = readonly [price: string, amount: string];

export interface BitstampFrame {
  /** `data` for books, `trade` for trades, `bts:...` for what concerns the connection. */
  readonly event?: unknown;
  /** `order_book_btcusd`; empty where none is meant. */
  readonly channel?: unknown;
  readonly data?: unknown;
}

/** `data` of a trade. The numbers beside `_str` went through a float at the venue. */
export interface BitstampTrade {
  readonly id?: unknown;
  readonly amount_str?: unknown;
  readonly price_str?: unknown;
  /** 0 = the buyer crossed the spread, 1 = the seller. */
  readonly type?: unknown;
  /** Microseconds since 1970, as text. */
  readonly microtimestamp?: unknown;
}

/** `data` of `order_book_` (the top 100 a side) and `diff_order_book_` (what changed); also the answer of GET /order_book/{pair}/. */
export interface BitstampBook {
  readonly microtimestamp?: unknown;
  readonly bids?: unknown;
  readonly asks?: unknown;
}

/** `data` of `bts:error`. */
export interface BitstampError {
  readonly code?: unknown;
  readonly message?: unknown;
}

/** One frame of each kind, as text. */
export const EXAMPLES = {
  trade:
    '{"data":{"id":216000477,"timestamp":"1641343699","amount":0.0792,"amount_str":"0.07920000","price":3805.44,"price_str":"3805.44","type":0,"microtimestamp":"1641343699596000","buy_order_id":1443875737346049,"sell_order_id":1443875731320832},"channel":"live_trades_ethusd","event":"trade"}',
  difference:
    '{"data":{"timestamp":"1641343691","microtimestamp":"1641343691406478","bids":[["3800.71","1.76200000"],["3799.64","0.00000000"]],"asks":[]},"channel":"diff_order_book_ethusd","event":"data"}',
  book: '{"data":{"timestamp":"1641343691","microtimestamp":"1641343691406478","bids":[["3800.71","1.76200000"],["3800.07","10.00000000"]],"asks":[["3801.55","0.40000000"]]},"channel":"order_book_ethusd","event":"data"}',
  subscribed: '{"event":"bts:subscription_succeeded","channel":"live_trades_ethusd","data":{}}',
  unsubscribed: '{"event":"bts:unsubscription_succeeded","channel":"live_trades_ethusd","data":{}}',
  heartbeat: '{"event":"bts:heartbeat","channel":"","data":{"status":"success"}}',
  reconnect: '{"event":"bts:request_reconnect","channel":"","data":""}',
  error: '{"event":"bts:error","channel":"","data":{"code":null,"message":"Bad subscription string."}}',
} as const;

/** A row of GET /trading-pairs-info/: https://www.bitstamp.net/api/#tag/Market-info */
export interface BitstampPair {
  /** As channels spell it: `btcusd`. */
  readonly url_symbol?: unknown;
  /** `BTC/USD`. */
  readonly name?: unknown;
  readonly description?: unknown;
  /** Digits after the point of an amount. */
  readonly base_decimals?: unknown;
  /** Digits after the point of a price. */
  readonly counter_decimals?: unknown;
  /** `Enabled` or `Disabled`. */
  readonly trading?: unknown;
}

/** Answer of GET /ticker/{pair}/: https://www.bitstamp.net/api/#tag/Tickers */
export interface BitstampTicker {
  readonly open_24?: unknown;
  readonly open?: unknown;
  readonly high?: unknown;
  readonly low?: unknown;
  readonly volume?: unknown;
}

/** A row of GET /transactions/{pair}/?time=minute, newest first: https://www.bitstamp.net/api/#tag/Transactions-public */
export interface BitstampTransaction {
  /** Seconds since 1970, as text. */
  readonly date?: unknown;
  /** The id of the trade, as text. */
  readonly tid?: unknown;
  readonly price?: unknown;
  readonly amount?: unknown;
  /** As in a trade, as text: `0` = the buyer crossed the spread, `1` = the seller. */
  readonly type?: unknown;
}
