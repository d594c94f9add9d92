/**
 * Frames of Binance's market streams as they come:
 * https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md
 *
 * Every field is `unknown` until `map.ts` has looked at it. Prices and sizes are text, ids and times numbers; ids are far below 2^53.
 */

/** What arrives: a payload by itself (raw stream, answer of REST), or with the name of its stream (combined). */
export interface BinanceFrame extends BinancePayload {
  readonly stream?: unknown;
  readonly data?: unknown;
}

/** All fields that any payload has. One shape for all keeps the reading of frames fast. */
export interface BinancePayload {
  /** Kind of the event; `bookTicker` of spot has none. */
  readonly e?: unknown;
  /** Time of the event: ms, or us on a connection with `timeUnit=MICROSECOND`. */
  readonly E?: unknown;
  readonly s?: unknown;
  /** Time of the trade. */
  readonly T?: unknown;
  /** Id of the trade. */
  readonly t?: unknown;
  readonly p?: unknown;
  readonly q?: unknown;
  /** "Is the buyer the market maker?" */
  readonly m?: unknown;
  /** Id of the aggregate trade; best ask; asks that changed. */
  readonly a?: unknown;
  readonly A?: unknown;
  /** Best bid; bids that changed. */
  readonly b?: unknown;
  readonly B?: unknown;
  /** First and last update of the book in an event. */
  readonly U?: unknown;
  readonly u?: unknown;
  /** Futures: last update of the event before. */
  readonly pu?: unknown;
  /** 24 h: open, high, low, volume. */
  readonly o?: unknown;
  readonly h?: unknown;
  readonly l?: unknown;
  readonly v?: unknown;
  /** GET /api/v3/depth, and partial book streams. */
  readonly lastUpdateId?: unknown;
  readonly bids?: unknown;
  readonly asks?: unknown;
  /** Answers to requests. */
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
  readonly code?: unknown;
  readonly msg?: unknown;
}

/** A price level; quantity 0 = the level is gone. */
export type BinanceLevel = readonly [price: string, qty: string];

/** One frame of each kind: from recorded connections, or from the documents where they recorded none. */
export const EXAMPLES = {
  aggTrade:
    '{"stream":"nknusdt@aggTrade","data":{"e":"aggTrade","E":1633998523963,"s":"NKNUSDT","a":15683430,"p":"0.35280000","q":"58.00000000","f":19862790,"l":19862790,"T":1633998523963,"m":false,"M":true}}',
  trade:
    '{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}',
  bookTicker:
    '{"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}}',
  depthUpdate:
    '{"stream":"nknusdt@depth@100ms","data":{"e":"depthUpdate","E":1633998512068,"s":"NKNUSDT","U":499869750,"u":499869752,"b":[["0.35130000","6195.00000000"]],"a":[]}}',
  ticker:
    '{"stream":"bnbbtc@ticker","data":{"e":"24hrTicker","E":1672515782136,"s":"BNBBTC","p":"0.0015","P":"250.00","w":"0.0018","x":"0.0009","c":"0.0025","Q":"10","b":"0.0024","B":"10","a":"0.0026","A":"100","o":"0.0010","h":"0.0025","l":"0.0010","v":"10000","q":"18","O":0,"C":86400000,"F":0,"L":18150,"n":18151}}',
  kline:
    '{"stream":"lrcbtc@kline_1m","data":{"e":"kline","E":1633998534486,"s":"LRCBTC","k":{"t":1633998480000,"T":1633998539999,"s":"LRCBTC","i":"1m","f":12368013,"L":12368013,"o":"0.00000638","c":"0.00000638","h":"0.00000638","l":"0.00000638","v":"177.00000000","n":1,"x":false,"q":"0.00112926","V":"177.00000000","Q":"0.00112926","B":"0"}}}',
  serverShutdown: '{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1770123456789}}',
  subscribed: '{"result":null,"id":1}',
  refused: '{"error":{"code":2,"msg":"Invalid request: too many parameters"},"id":1}',
  /** GET /api/v3/depth?symbol=NKNUSDT&limit=5000, shortened. It does not name its symbol. */
  snapshot:
    '{"lastUpdateId":499869752,"bids":[["0.35210000","672.00000000"]],"asks":[["0.35270000","53.00000000"]]}',
} as const;

/** An entry of `symbols` of GET /api/v3/exchangeInfo. */
export interface BinanceSymbol {
  readonly symbol?: unknown;
  /** `TRADING`, `HALT`, `BREAK`. */
  readonly status?: unknown;
  readonly baseAsset?: unknown;
  readonly quoteAsset?: unknown;
  readonly filters?: unknown;
}

/** PRICE_FILTER has the tick, LOT_SIZE the lot: decimal text; `0.00000000` = no rule. */
export interface BinanceFilter {
  readonly filterType?: unknown;
  readonly tickSize?: unknown;
  readonly stepSize?: unknown;
}

/** A row of GET /api/v3/aggTrades. */
export type BinanceAggregate = Pick<BinancePayload, 'a' | 'p' | 'q' | 'T' | 'm'>;
