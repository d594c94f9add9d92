/** A bar in progress, or the newest finished one. Start in seconds, prices in ticks, volume in lots. */
export interface BarState {
  readonly intervalSeconds: number;
  readonly startS: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Everything that an engine knows of one instrument and goes on from. NaN where a value is not known. */
export interface InstrumentState {
  readonly instrument: number;
  readonly last: number;
  readonly lastSize: number;
  readonly volume: number;
  readonly tradeTimeUs: number;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
  readonly high: number;
  readonly low: number;
  /** Price that change is counted from. */
  readonly open: number;
  /** Trades so far: the sequence number of the newest. */
  readonly trades: number;
  readonly bars: readonly BarState[];
  /** Flat levels, best first; null where no book was ever sent. */
  readonly book: { readonly bids: readonly number[]; readonly asks: readonly number[] } | null;
}
