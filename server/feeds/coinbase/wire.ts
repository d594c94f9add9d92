/**
 * Frames of Coinbase Exchange as they come: https://docs.cdp.coinbase.com/exchange/websocket-feed/channels
 * Every field is `unknown` until `map.ts` has looked at it; the examples are frames of a real connection or of that page.
 */

/** A price level of a snapshot: price, size. */
export type CoinbaseLevel = readonly [price: string, size: string];
/** A changed level: `buy` is the bid's side; size 0 (also `0.0`, `0.00000000`) = the level is gone. */
export type CoinbaseChange = readonly [side: 'buy' | 'sell', price: string, size: string];

/** What all frames share, and all fields that any has. One shape for all keeps the reading of frames fast. */
export interface CoinbaseFrame {
  readonly type?: unknown;
  readonly product_id?: unknown;
  /** ISO 8601, UTC, with microseconds. */
  readonly time?: unknown;
  readonly sequence?: unknown;
  readonly trade_id?: unknown;
  readonly last_trade_id?: unknown;
  readonly price?: unknown;
  readonly size?: unknown;
  readonly side?: unknown;
  readonly bids?: unknown;
  readonly asks?: unknown;
  readonly changes?: unknown;
  readonly best_bid?: unknown;
  readonly best_bid_size?: unknown;
  readonly best_ask?: unknown;
  readonly best_ask_size?: unknown;
  readonly open_24h?: unknown;
  readonly high_24h?: unknown;
  readonly low_24h?: unknown;
  readonly volume_24h?: unknown;
  readonly channels?: unknown;
  readonly message?: unknown;
  readonly reason?: unknown;
}

/** One frame of each kind, as text. */
export const EXAMPLES = {
  /** `matches`: the trade before we subscribed. `side` is the maker's. */
  last_match:
    '{"type":"last_match","trade_id":881613,"maker_order_id":"27fff20b-af29-4f45-8744-56dd1ef57dc0","taker_order_id":"1da6ce16-c8da-4732-9f71-6049f4c6aaf8","side":"sell","size":"0.04","price":"14.7775","product_id":"BAND-GBP","sequence":333938798,"time":"2021-04-17T16:43:30.244075Z"}',
  match:
    '{"type":"match","trade_id":280232,"maker_order_id":"2a0da34e-61f7-4c36-88e5-c9dd15927b16","taker_order_id":"3c82abaa-c01e-4608-be59-6a1e69742891","side":"sell","size":"985","price":"0.00001305","product_id":"SKL-BTC","sequence":177100030,"time":"2021-04-17T16:43:37.089723Z"}',
  /** `ticker`: after each match, and once when subscribed. Frames of today also have best_bid_size and best_ask_size. */
  ticker:
    '{"type":"ticker","sequence":333938798,"product_id":"BAND-GBP","price":"14.7775","open_24h":"14.6647","volume_24h":"94381.28000000","low_24h":"14.3691","high_24h":"16.55","volume_30d":"2295579.57000000","best_bid":"14.7550","best_bid_size":"3.5","best_ask":"14.8060","best_ask_size":"12.73","side":"buy","time":"2021-04-17T16:43:30.244075Z","trade_id":881613,"last_size":"0.04"}',
  /** `level2_batch`: the whole book, once. */
  snapshot:
    '{"type":"snapshot","product_id":"BAND-GBP","asks":[["14.8024","12.77"],["14.8069","12.49"]],"bids":[["14.7550","3.5"],["14.7441","135.62"]]}',
  l2update:
    '{"type":"l2update","product_id":"SKL-USD","changes":[["buy","0.7885","0.0"]],"time":"2021-04-17T16:43:37.077621Z"}',
  heartbeat:
    '{"type":"heartbeat","sequence":90,"last_trade_id":20,"product_id":"BTC-USD","time":"2014-11-07T08:19:28.464459Z"}',
  /** The answer to subscribe and to unsubscribe: all that is active now. `level2_batch` is listed as `level2_50`. */
  subscriptions:
    '{"type":"subscriptions","channels":[{"name":"level2_50","product_ids":["BTC-USD"],"account_ids":null},{"name":"ticker","product_ids":["BTC-USD"],"account_ids":null}]}',
  error: '{"type":"error","message":"Failed to subscribe","reason":"FOO-USD is not a valid product"}',
} as const;

/** A row of GET /products: https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-all-known-trading-pairs */
export interface CoinbaseProduct {
  readonly id?: unknown;
  readonly base_currency?: unknown;
  readonly quote_currency?: unknown;
  /** Smallest step of a price, decimal text. */
  readonly quote_increment?: unknown;
  /** Smallest step of a size, decimal text. */
  readonly base_increment?: unknown;
  /** `online`, `offline`, `internal`, `delisted`. */
  readonly status?: unknown;
}

/** A row of GET /products/{id}/trades, newest first: https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-trades */
export interface CoinbaseRestTrade {
  readonly trade_id?: unknown;
  /** The maker's, as in `match`. */
  readonly side?: unknown;
  readonly size?: unknown;
  readonly price?: unknown;
  readonly time?: unknown;
}
