/**
 * Messages of Alpaca's market data stream, after the codec: https://docs.alpaca.markets/docs/streaming-market-data,
 * https://docs.alpaca.markets/docs/real-time-stock-pricing-data, https://docs.alpaca.markets/docs/real-time-crypto-pricing-data.
 * Every field is `unknown` until `map.ts` has looked at it. The examples have the shapes of those pages; no recording of a real
 * connection was at hand.
 */

/** What all messages share, and all fields that any has. */
export interface AlpacaMessage {
  /** Which message it is: t, q, d, s, o, success, subscription, error, ... */
  readonly T?: unknown;
  /** Symbol. */
  readonly S?: unknown;
  /** RFC 3339 with nanoseconds; in MessagePack a timestamp. */
  readonly t?: unknown;
  /** Trade id, up to 64 bits. */
  readonly i?: unknown;
  /** Exchange code of a trade. */
  readonly x?: unknown;
  readonly p?: unknown;
  readonly s?: unknown;
  /** Taker side of a crypto trade: B or S. */
  readonly tks?: unknown;
  readonly bp?: unknown;
  readonly bs?: unknown;
  readonly ap?: unknown;
  readonly as?: unknown;
  readonly o?: unknown;
  readonly h?: unknown;
  readonly l?: unknown;
  readonly v?: unknown;
  /** Levels of a crypto book, { p, s } each. */
  readonly b?: unknown;
  readonly a?: unknown;
  /** The levels are the whole book. */
  readonly r?: unknown;
  /** Trading status: code, message; reason: code, message. */
  readonly sc?: unknown;
  readonly sm?: unknown;
  readonly rm?: unknown;
  /** Id of the trade that a correction is about. */
  readonly oi?: unknown;
  readonly msg?: unknown;
  readonly code?: unknown;
  readonly trades?: unknown;
  readonly quotes?: unknown;
}

/** One frame of each kind, as JSON text. */
export const EXAMPLES = {
  connected: '[{"T":"success","msg":"connected"}]',
  authenticated: '[{"T":"success","msg":"authenticated"}]',
  /** Lists everything that is active, not what was asked for. */
  subscription:
    '[{"T":"subscription","trades":["AAPL"],"quotes":["AAPL"],"bars":[],"updatedBars":[],"dailyBars":["AAPL"],"statuses":["AAPL"],"lulds":[],"corrections":["AAPL"],"cancelErrors":["AAPL"]}]',
  trade:
    '[{"T":"t","S":"AAPL","i":52983525029461,"x":"V","p":150.31,"s":100,"c":["@"],"z":"C","t":"2026-01-05T14:30:00.123456789Z"}]',
  quote:
    '[{"T":"q","S":"AAPL","bx":"V","bp":150.3,"bs":2,"ax":"V","ap":150.32,"as":1,"c":["R"],"z":"C","t":"2026-01-05T14:30:00.223456789Z"}]',
  dailyBar:
    '[{"T":"d","S":"AAPL","o":149.8,"h":151.02,"l":149.5,"c":150.31,"v":1203400,"n":9120,"vw":150.2,"t":"2026-01-05T05:00:00Z"}]',
  halted:
    '[{"T":"s","S":"AAPL","sc":"H","sm":"Trading Halt","rc":"T12","rm":"Additional Information Requested","t":"2026-01-05T15:00:00Z","z":"C"}]',
  resumed:
    '[{"T":"s","S":"AAPL","sc":"T","sm":"Trading Resumption","rc":"","rm":"","t":"2026-01-05T15:10:00Z","z":"C"}]',
  correction:
    '[{"T":"c","S":"AAPL","x":"V","oi":52983525029461,"op":150.31,"os":100,"oc":["@"],"ci":52983525029462,"cp":150.3,"cs":100,"cc":["@"],"z":"C","t":"2026-01-05T14:31:00Z"}]',
  cancel:
    '[{"T":"x","S":"AAPL","i":52983525029461,"x":"V","p":150.31,"s":100,"a":"C","z":"C","t":"2026-01-05T14:31:00Z"}]',
  cryptoTrade:
    '[{"T":"t","S":"AVAX/USD","p":47.299,"s":29.205707815,"t":"2024-03-12T10:27:48.858228144Z","i":3447222699101865076,"tks":"S"}]',
  cryptoBook:
    '[{"T":"o","S":"BTC/USD","t":"2024-03-12T10:38:50.79613221Z","b":[{"p":71859.53,"s":0.27994}],"a":[{"p":71939.7,"s":0.83953},{"p":71940.4,"s":0.28025}],"r":true}]',
  connectionLimit: '[{"T":"error","code":406,"msg":"connection limit exceeded"}]',
} as const;
