import type { AssetClass, InstrumentDefinition } from '#protocol';
import { DecimalRange } from './decimal-range.ts';

/** One instrument while a recording is being built. */
export interface RecordedInstrument {
  readonly venue: string;
  readonly symbol: string;
  readonly assetClass: AssetClass;
  readonly currency: string;
  readonly prices: DecimalRange;
  readonly sizes: DecimalRange;
  events: number;
}

/**
 * Instruments by venue and symbol, numbered as they appear. Shared by the builders of files that become one recording, so
 * that the same instrument has one tick size in all of them.
 */
export class InstrumentTable {
  readonly rows: RecordedInstrument[] = [];
  readonly #numbers = new Map<string, number>();

  number(venue: string, symbol: string, assetClass: AssetClass, currency: string): number {
    const key = `${venue}\0${symbol}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.rows.length;
    this.rows.push({
      venue,
      symbol,
      assetClass,
      currency,
      prices: new DecimalRange(),
      sizes: new DecimalRange(),
      events: 0,
    });
    this.#numbers.set(key, number);
    return number;
  }

  /** Numbers of the instruments that have events, the busiest first, then as they appeared. */
  byActivity(): number[] {
    return this.rows
      .map((_, number) => number)
      .filter((number) => this.rows[number]!.events > 0)
      .sort((left, right) => this.rows[right]!.events - this.rows[left]!.events || left - right);
  }
}

/** Tick and lot are the finest decimal steps that the recording shows: nothing better is known of a file. */
export function recordedDefinition(row: RecordedInstrument): InstrumentDefinition {
  return {
    venue: row.venue,
    symbol: row.symbol,
    name: row.symbol,
    assetClass: row.assetClass,
    currency: row.currency,
    tick: { units: 1, decimals: row.prices.decimals },
    lot: { units: 1, decimals: row.sizes.decimals },
  };
}
