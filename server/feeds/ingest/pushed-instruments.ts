import { incrementText, instrumentKey, type InstrumentDefinition, type InstrumentId } from '#protocol';
import type { EventSink } from '../../engine/ports.ts';
import type { VenueListing } from '../venue/ports.ts';
import { ListedInstrument } from '../venue/venue-instrument.ts';
import type { Row } from './row-schema.ts';

/** Instruments that one source of rows may bring: a program that makes up symbols must not fill the memory. */
export const PUSHED_INSTRUMENTS_MAX = 10_000;

interface Known {
  readonly instrument: ListedInstrument;
  readonly listing: VenueListing;
}

/** The instruments that rows have named, by venue and symbol. Prices are not its business. */
export class PushedInstruments {
  readonly #sink: Pick<EventSink, 'define'>;
  readonly #known = new Map<string, Known>();

  constructor(sink: Pick<EventSink, 'define'>) {
    this.#sink = sink;
  }

  get size(): number {
    return this.#known.size;
  }

  /** One that no row has defined is defined by this one: tick and lot come from the digits that are seen. Null = there are too many. */
  find(venue: string, symbol: string): ListedInstrument | null {
    const known = this.#known.get(instrumentKey({ venue, symbol }));
    if (known !== undefined) return known.instrument;
    return this.#make(venue, { symbol, name: symbol, assetClass: 'other', currency: '', tick: '', lot: '' });
  }

  /** Null = there are too many. */
  define(row: Extract<Row, { type: 'instrument' }>): ListedInstrument | null {
    const { venue, symbol, assetClass, currency } = row;
    const known = this.#known.get(instrumentKey(row));
    const before = known?.instrument.definition;
    const listing: VenueListing = {
      symbol,
      name: row.name ?? symbol,
      assetClass,
      currency,
      // What was learnt from the digits stays where the row says nothing.
      tick: row.tick ?? stepOf(before?.tick),
      lot: row.lot ?? stepOf(before?.lot),
    };
    // Said again, it must not make a step coarser that had to become finer since.
    if (known !== undefined && isSame(known.listing, listing)) return known.instrument;
    return this.#make(venue, listing);
  }

  #make(venue: string, listing: VenueListing): ListedInstrument | null {
    const key = instrumentKey({ venue, symbol: listing.symbol });
    if (this.#known.size >= PUSHED_INSTRUMENTS_MAX && !this.#known.has(key)) return null;
    const instrument = new ListedInstrument({
      venue,
      listing,
      define: (definition: InstrumentDefinition): InstrumentId => this.#sink.define(definition),
    });
    this.#known.set(key, { instrument, listing });
    return instrument;
  }
}

function stepOf(increment: InstrumentDefinition['tick'] | undefined): string {
  return increment === undefined ? '' : incrementText(increment);
}

function isSame(a: VenueListing, b: VenueListing): boolean {
  return (
    a.name === b.name &&
    a.assetClass === b.assetClass &&
    a.currency === b.currency &&
    a.tick === b.tick &&
    a.lot === b.lot
  );
}
