import {
  priceTicks,
  sizeLots,
  instrumentId,
  type AssetClass,
  type DictionaryEntry,
  type QuoteColumns,
} from '#protocol';

/** An instrument with a tick of 0.01 and an open of 100.00. */
export function instrument(
  id: number,
  symbol: string,
  more: { venue?: string; name?: string; assetClass?: AssetClass; open?: number } = {},
): DictionaryEntry {
  return {
    id: instrumentId(id),
    venue: more.venue ?? 'sim',
    symbol,
    name: more.name ?? symbol,
    assetClass: more.assetClass ?? 'crypto',
    currency: 'USD',
    tick: { units: 1, decimals: 2 },
    lot: { units: 1, decimals: 4 },
    referencePrice: priceTicks(10_000),
    referenceVolume: sizeLots(0),
    open: priceTicks(more.open ?? 10_000),
  };
}

/** Columns for `count` instruments in which only the last prices and volumes are known. */
export function columns(last: readonly number[], volume: readonly number[] = []): QuoteColumns {
  const unknown = () => new Float64Array(last.length).fill(Number.NaN);
  const all: QuoteColumns = {
    last: Float64Array.from(last),
    lastSize: unknown(),
    volume: unknown(),
    tradeTimeUs: unknown(),
    bid: unknown(),
    bidSize: unknown(),
    ask: unknown(),
    askSize: unknown(),
    high: unknown(),
    low: unknown(),
  };
  volume.forEach((value, at) => (all.volume[at] = value));
  return all;
}
