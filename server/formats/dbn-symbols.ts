import type { AssetClass } from '#protocol';
import type { InstrumentTable } from '../tape/instrument-table.ts';
import type { DbnMapping, DbnMetadata } from './dbn-metadata.ts';

/** Datasets of derivatives, by their first part. */
const FUTURES = new Set(['GLBX', 'IFEU', 'IFUS', 'IFLL', 'NDEX', 'XEUR', 'XEEE', 'XCBF']);
const NO_SHARES = new Set(['OPRA', 'XEUR', 'XEEE']);
const NOT_IN_DOLLARS = new Set(['IFEU', 'IFLL', 'NDEX', 'XEUR', 'XEEE']);

/** What the code of a dataset says of all its instruments. */
export function datasetPlace(dataset: string): { venue: string; assetClass: AssetClass; currency: string } {
  // GLBX.MDP3 -> glbx: the venue's MIC, or the vendor's name of a consolidated feed.
  const venue = dataset.split('.')[0] ?? '';
  return {
    venue: venue.toLowerCase() || 'databento',
    assetClass: FUTURES.has(venue) ? 'future' : NO_SHARES.has(venue) ? 'other' : 'equity',
    currency: NOT_IN_DOLLARS.has(venue) ? '' : 'USD',
  };
}

/** The instrument of an id over the dates for which its mapping holds. */
interface KnownInstrument {
  readonly number: number;
  readonly fromUs: number;
  readonly beforeUs: number;
}

/**
 * Finds the instrument of an id at a time: an id may be that of another symbol on another day. Where the file maps none, the id is
 * the symbol.
 */
export class DbnSymbols {
  readonly #instruments: InstrumentTable;
  readonly #venue: string;
  readonly #assetClass: AssetClass;
  readonly #currency: string;
  readonly #mappings = new Map<number, DbnMapping[]>();
  /** The one that was found last for each id. */
  readonly #known = new Map<number, KnownInstrument>();
  #lastId = -1;
  #last: KnownInstrument = { number: 0, fromUs: Number.POSITIVE_INFINITY, beforeUs: 0 };

  constructor(instruments: InstrumentTable, { dataset, mappings }: DbnMetadata) {
    this.#instruments = instruments;
    const { venue, assetClass, currency } = datasetPlace(dataset);
    this.#venue = venue;
    this.#assetClass = assetClass;
    this.#currency = currency;
    for (const mapping of mappings) this.add(mapping);
  }

  /** A mapping of the file, or one that a record in it tells. */
  add(mapping: DbnMapping): void {
    const known = this.#mappings.get(mapping.id);
    if (known === undefined) this.#mappings.set(mapping.id, [mapping]);
    // The newest first, so that what a record tells holds against the metadata.
    else known.unshift(mapping);
    this.#known.delete(mapping.id);
    this.#lastId = -1;
  }

  /** Number in the instrument table. */
  number(id: number, timeUs: number): number {
    const last = this.#last;
    if (id === this.#lastId && timeUs >= last.fromUs && timeUs < last.beforeUs) return last.number;
    let known = this.#known.get(id);
    if (known === undefined || timeUs < known.fromUs || timeUs >= known.beforeUs) {
      known = this.#find(id, timeUs);
      this.#known.set(id, known);
    }
    this.#lastId = id;
    this.#last = known;
    return known.number;
  }

  #find(id: number, timeUs: number): KnownInstrument {
    const mappings = this.#mappings.get(id) ?? [];
    const mapping = mappings.find(({ fromUs, beforeUs }) => timeUs >= fromUs && timeUs < beforeUs);
    const symbol = mapping?.symbol ?? mappings[0]?.symbol ?? String(id);
    const number = this.#instruments.number(this.#venue, symbol, this.#assetClass, this.#currency);
    // Outside of all mappings: good for this instant only, as another may begin at the next.
    const { fromUs = timeUs, beforeUs = timeUs + 1 } = mapping ?? {};
    return mappings.length === 0
      ? { number, fromUs: Number.NEGATIVE_INFINITY, beforeUs: Number.POSITIVE_INFINITY }
      : { number, fromUs, beforeUs };
  }
}
