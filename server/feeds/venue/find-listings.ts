import { plainSymbol } from '../plain-symbol.ts';
import type { Venue, VenueListing, VenueRest } from './ports.ts';

export interface FoundListings {
  readonly listings: readonly VenueListing[];
  /** Wanted, and not listed under any spelling. */
  readonly unlisted: readonly string[];
}

/**
 * What a venue lists of the wanted symbols; of those that it spells otherwise (`BTC-USD` for `BTC/USD`), what it lists under the same
 * letters. All of it when none is wanted.
 */
export async function findListings(
  venue: Venue,
  rest: VenueRest,
  symbols: readonly string[],
): Promise<FoundListings> {
  const listings = await readListings(venue, rest, symbols);
  const listed = new Set(listings.map(({ symbol }) => symbol));
  const missing = symbols.filter((symbol) => !listed.has(symbol));
  if (missing.length === 0) return { listings, unlisted: [] };
  const byName = new Map(
    (await allListings(venue, rest)).map((listing) => [plainSymbol(listing.symbol), listing]),
  );
  const found = new Map(listings.map((listing) => [listing.symbol, listing]));
  const unlisted: string[] = [];
  for (const symbol of missing) {
    const other = byName.get(plainSymbol(symbol));
    if (other === undefined) unlisted.push(symbol);
    else found.set(other.symbol, other);
  }
  return { listings: [...found.values()], unlisted };
}

/** What is no list (a page of HTML from a proxy, another JSON) fails wherever an adapter first looks at it: said in a sentence. */
async function readListings(
  venue: Venue,
  rest: VenueRest,
  symbols: readonly string[],
): Promise<VenueListing[]> {
  try {
    return await venue.listings(rest, symbols);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    const message = `${venue.title}'s list of instruments cannot be read: ${error.message.replace(/\.$/, '')}.`;
    throw new Error(message, { cause: error });
  }
}

/** None where a venue has no list of all: then only its own spelling finds anything. */
async function allListings(venue: Venue, rest: VenueRest): Promise<VenueListing[]> {
  try {
    return await venue.listings(rest, []);
  } catch {
    return [];
  }
}
