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

/** Moves when it is told to. */
export class PlainMarket {
  readonly #rows: PlainRow[];
  readonly #bySymbol: ReadonlyMap<string, PlainRow>;

  constructor(symbols: number) {
    this.#rows = Array.from({ length: symbols }, (_, index) => ({
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
    this.#bySymbol = new Map(this.#rows.map((row) => [row.symbol, row]));
  }

  get symbols(): string[] {
    return this.#rows.map(({ symbol }) => symbol);
  }

  rows(symbols: readonly string[]): PlainRow[] {
    return symbols.map((symbol) => this.#bySymbol.get(symbol)!);
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

  /** Those of a client's rows that a tick would find changed. */
  changed(rows: readonly PlainRow[]): PlainRow[] {
    return rows.slice(0, Math.ceil(rows.length * CHANGED_PART));
  }
}
