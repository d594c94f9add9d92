import { instrumentOf, type FileSymbol } from './symbol-name.ts';

/**
 * What NautilusTrader (https://nautilustrader.io/docs/latest/concepts/data) says of a Parquet file in the metadata of its Arrow schema:
 * `instrument_id` EUR/USD.SIM, or `bar_type` EUR/USD.SIM-1-MINUTE-BID-EXTERNAL, and how many decimals prices and sizes show.
 * The integers themselves are always scaled by 10^16 in 16 bytes and by 10^9 in 8. `ts_event` of a bar is its end.
 */
export interface NautilusTable {
  readonly ofFile: FileSymbol;
  /** NaN where the table is none of bars. */
  readonly barSeconds: number;
  /** Decimals that prices show. */
  readonly priceDecimals: number;
}

export const NAUTILUS_SCALE_16_BYTES = 16;
/** What the first builds with 16 bytes scaled by; nothing in a file says so but its prices. */
export const NAUTILUS_SCALE_16_BYTES_EARLY = 18;
/** So many prices must agree before a file is taken for one of those. */
export const NAUTILUS_EARLY_ROWS_MIN = 100;
export const NAUTILUS_SCALE_8_BYTES = 9;
/** The numbers of `aggressor_side`. */
export const NAUTILUS_SIDES = ['', 'buy', 'sell'];

const SECONDS_OF_STEP: Readonly<Record<string, number>> = {
  SECOND: 1,
  MINUTE: 60,
  HOUR: 3_600,
  DAY: 86_400,
  WEEK: 604_800,
};
const BAR_TYPE = /^(.+?)-(\d+)-([A-Z]+)-[A-Z_]+-(?:EXTERNAL|INTERNAL)/;

export function nautilusTable(metadata: ReadonlyMap<string, string>): NautilusTable | null {
  if (!metadata.has('price_precision') && !metadata.has('size_precision')) return null;
  const [, ofBars, count, step] = BAR_TYPE.exec(metadata.get('bar_type') ?? '') ?? [];
  const id = ofBars ?? metadata.get('instrument_id');
  if (id === undefined) return null;
  const at = id.lastIndexOf('.');
  const [symbol, venue] = at === -1 ? [id, 'file'] : [id.slice(0, at), id.slice(at + 1).toLowerCase()];
  return {
    ofFile: instrumentOf(venue, symbol),
    priceDecimals: Number(metadata.get('price_precision') ?? Number.NaN),
    barSeconds: Number(count) * (SECONDS_OF_STEP[step ?? ''] ?? Number.NaN),
  };
}
