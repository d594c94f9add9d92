import { UserError } from '../errors.ts';
import { loadVenueFile } from './load-venue.ts';
import type { Venue, VenueFacts } from './venue/ports.ts';

/** Built-in venues. A venue's code is loaded when it is first named: a server of one feed pays for one. */
const VENUES = {
  coinbase: () => import('./coinbase/feed.ts'),
  kraken: () => import('./kraken/feed.ts'),
  binance: () => import('./binance/feed.ts'),
  bitstamp: () => import('./bitstamp/feed.ts'),
  alpaca: () => import('./alpaca/feed.ts'),
  gemini: () => import('./gemini/feed.ts'),
  bitfinex: () => import('./bitfinex/feed.ts'),
} as const satisfies Record<string, () => Promise<{ default: Venue }>>;

export type VenueName = keyof typeof VENUES;

/** As `--feed` spells them. */
export function venueNames(): readonly VenueName[] {
  return Object.keys(VENUES) as VenueName[];
}

export function isVenueName(name: string): name is VenueName {
  return Object.hasOwn(VENUES, name);
}

/** @throws UserError for a name that is none of the built-in venues */
export async function loadVenue(name: string): Promise<Venue> {
  if (!isVenueName(name))
    throw new UserError(`There is no venue ${name}: the built-in ones are ${venueNames().join(', ')}.`);
  return (await VENUES[name]()).default;
}

/** A built-in venue by name, or one of the user's own by its folder or file. @throws UserError */
export async function openVenue(nameOrPath: string): Promise<Venue> {
  if (isVenueName(nameOrPath)) return loadVenue(nameOrPath);
  if (/[/\\.]/.test(nameOrPath)) return loadVenueFile(nameOrPath);
  throw new UserError(
    `There is no venue ${nameOrPath}: the built-in ones are ${venueNames().join(', ')}; one of your own is named by its folder, such as ./${nameOrPath}.`,
  );
}

/** What `tickwire feeds` says of a venue. */
export interface VenueSummary extends Pick<
  VenueFacts,
  'name' | 'title' | 'documentation' | 'symbolExamples' | 'keys'
> {
  /** What it delivers. */
  readonly channels: VenueFacts['offers'];
}

/** All built-in venues, as they describe themselves. */
export async function venueSummaries(): Promise<VenueSummary[]> {
  const venues = await Promise.all(venueNames().map(loadVenue));
  return venues.map(({ name, title, documentation, offers: channels, symbolExamples, keys }) => ({
    ...{ name, title, channels, symbolExamples, keys, documentation },
  }));
}
