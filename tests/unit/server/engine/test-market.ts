import type { QuoteColumns } from '#protocol';
import { emptyQuoteColumns, growQuoteColumns } from '../../../../server/engine/columns.ts';
import type { MarketView } from '../../../../server/engine/rebase-policy.ts';

/** The columns of a market, set by hand; each change is one that a frame could be sent of. */
export class TestMarket implements MarketView {
  readonly columns: QuoteColumns = emptyQuoteColumns();
  readonly #versions: number[];

  constructor(size: number) {
    growQuoteColumns(this.columns, size);
    this.#versions = Array.from({ length: size }, () => 0);
  }

  version(id: number): number {
    return this.#versions[id]!;
  }

  quote(id: number, bid: number, ask: number): void {
    this.columns.bid[id] = bid;
    this.columns.ask[id] = ask;
    this.touch(id);
  }

  trade(id: number, last: number, volume: number): void {
    this.columns.last[id] = last;
    this.columns.volume[id] = volume;
    this.touch(id);
  }

  touch(id: number): void {
    this.#versions[id]! += 1;
  }
}
