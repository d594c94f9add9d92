/**
 * Frames of Kraken's spot WebSocket v2 as they come: https://docs.kraken.com/api/docs/websocket-v2/book and its neighbours.
 *
 * Every field is `unknown` until `map.ts` has looked at it. Numbers are bare on the wire; here they are the text that they were there
 * (see `../number-text.ts`).
 */

/** What all frames share, and all fields that any has. */
export interface KrakenFrame {
  /** `book`, `ticker`, `trade`, `status`, `heartbeat`: data. Absent in answers. */
  readonly channel?: unknown;
  /** `snapshot` or `update`. */
  readonly type?: unknown;
  readonly data?: unknown;
  /** `subscribe`, `unsubscribe`, `pong`: an answer. */
  readonly method?: unknown;
  readonly result?: unknown;
  readonly success?: unknown;
  readonly error?: unknown;
  readonly symbol?: unknown;
  readonly req_id?: unknown;
  /** Only in frames of WebSocket v1. */
  readonly event?: unknown;
}

/** One element of `data`, whatever its channel. */
export interface KrakenRow {
  readonly symbol?: unknown;
  /** RFC 3339, UTC, microseconds; absent in tickers of older servers. */
  readonly timestamp?: unknown;
  readonly bids?: unknown;
  readonly asks?: unknown;
  readonly checksum?: unknown;
  readonly bid?: unknown;
  readonly bid_qty?: unknown;
  readonly ask?: unknown;
  readonly ask_qty?: unknown;
  readonly last?: unknown;
  readonly volume?: unknown;
  readonly low?: unknown;
  readonly high?: unknown;
  /** Of the last price in 24 h, absolute. */
  readonly change?: unknown;
  readonly trade_id?: unknown;
  readonly side?: unknown;
  readonly price?: unknown;
  readonly qty?: unknown;
  /** `online`, `maintenance`, `cancel_only`, `post_only`. */
  readonly system?: unknown;
}

/** The `result` of an answer. */
export interface KrakenResult {
  readonly channel?: unknown;
  readonly symbol?: unknown;
  readonly depth?: unknown;
}

/** A price level: `{"price":0.0294,"qty":22500.50544743}`; quantity 0 = the level is gone. */
export type KrakenLevel = readonly [price: string, qty: string];

/** One frame of each kind: from a recorded connection, or from the documents where it recorded none. */
export const EXAMPLES = {
  status:
    '{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2","connection_id":6437862339878838704}]}',
  heartbeat: '{"channel":"heartbeat"}',
  subscribed:
    '{"method":"subscribe","result":{"channel":"book","depth":25,"snapshot":true,"symbol":"MINA/GBP"},"success":true,"time_in":"2026-08-18T20:43:55.546900Z","time_out":"2026-08-18T20:43:55.546939Z"}',
  refused:
    '{"error":"Currency pair not supported FOO/BAR","method":"subscribe","req_id":3,"success":false,"symbol":"FOO/BAR","time_in":"2023-10-06T17:35:55.219022Z","time_out":"2023-10-06T17:35:55.219067Z"}',
  pong: '{"method":"pong","req_id":101,"time_in":"2023-09-24T14:10:23.799685Z","time_out":"2023-09-24T14:10:23.799703Z"}',
  book_snapshot:
    '{"channel":"book","type":"snapshot","data":[{"symbol":"MATIC/USD","bids":[{"price":0.5666,"qty":4831.75496356}],"asks":[{"price":0.5668,"qty":4410.79769741}],"checksum":3498894422,"timestamp":"2023-10-06T17:35:55.440295Z"}]}',
  book_update:
    '{"channel":"book","type":"update","data":[{"symbol":"MINA/GBP","bids":[{"price":0.0294,"qty":1018.67572156}],"asks":[],"checksum":3798394521,"timestamp":"2026-08-18T20:44:00.932079Z"}]}',
  ticker:
    '{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":105944.2,"bid_qty":2.50000000,"ask":105944.3,"ask_qty":3.20000000,"last":105899.4,"volume":163.28908096,"vwap":105904.4,"low":104711.0,"high":106613.1,"change":250.0,"change_pct":0.24,"timestamp":"2026-08-18T20:44:01.123456Z"}]}',
  trade:
    '{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":105944.2,"qty":0.00027625,"ord_type":"limit","trade_id":10218208,"timestamp":"2026-08-18T20:44:01.440295Z"}]}',
} as const;

/** An entry of GET /0/public/AssetPairs: https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs */
export interface KrakenPair {
  /** `XBT/USD`; absent for pairs that have no WebSocket. */
  readonly wsname?: unknown;
  /** `XXBT`, `ZUSD`: currencies that states issue begin with Z. */
  readonly base?: unknown;
  readonly quote?: unknown;
  readonly pair_decimals?: unknown;
  readonly lot_decimals?: unknown;
  /** Decimal text; absent in answers before 2023. */
  readonly tick_size?: unknown;
}
