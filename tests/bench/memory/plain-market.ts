/** Rows of an imaginary market, as a server that sends objects keeps them: enough to fill messages of the usual size. */
export interface PlainRow {
  readonly symbol: string;
  last: number;
  lastSize: number;
  volume: number;
  bid: number;
  bidSize: number;
  ask: number;
  askSize: number;
  time: number;
}

/** Of the rows that a client watches, this part has changed when it is served. */
const CHANGED_PART = 0.7;
const SYMBOLS = 500;

/** Moves by itself whenever it is asked. */
export class PlainMarket {
  readonly #rows: PlainRow[] = Array.from({ length: SYMBOLS }, (_, index) => ({
    symbol: `SYM-${index}`,
    last: 100,
    lastSize: 1,
    volume: 1_000,
    bid: 99.99,
    bidSize: 5,
    ask: 100.01,
    askSize: 5,
    time: Date.now(),
  }));

  /** The rows of one client: `count` of them, from another place for each. */
  watchlist(client: number, count: number): PlainRow[] {
    return Array.from({ length: count }, (_, index) => this.#rows[(client * 7 + index * 9) % SYMBOLS]!);
  }

  move(): void {
    for (const row of this.#rows) {
      row.last = Math.round((100 + Math.random()) * 100) / 100;
      row.volume += row.lastSize;
      row.bid = row.last - 0.01;
      row.ask = row.last + 0.01;
      row.time = Date.now();
    }
  }

  changed(rows: readonly PlainRow[]): PlainRow[] {
    return rows.slice(0, Math.ceil(rows.length * CHANGED_PART));
  }
}
