import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../errors.ts';
import type { Venue } from './venue/ports.ts';

/** A folder's venue is in the first of these that is there. */
const VENUE_FILES = ['feed.ts', 'feed.js', 'feed.mjs'];

type Kind = 'string' | 'number' | 'function' | 'array';

/** What a venue cannot do without. Bounds that are missing would let a fault of the adapter pass for one of the venue. */
const MEMBERS: Readonly<Partial<Record<keyof Venue, Kind>>> = {
  name: 'string',
  title: 'string',
  documentation: 'string',
  offers: 'array',
  symbolExamples: 'array',
  keys: 'array',
  url: 'string',
  restUrl: 'string',
  frameBytesMax: 'number',
  connectTimeoutMs: 'number',
  ackTimeoutMs: 'number',
  silenceMaxMs: 'number',
  lifeSign: 'string',
  pingEveryMs: 'number',
  symbolsPerConnection: 'number',
  framesPerSecond: 'number',
  connectionLifeMs: 'number',
  connectionsMax: 'number',
  tradeIds: 'string',
  listings: 'function',
  connect: 'function',
};

/** Where the venue of a folder or file is. @throws UserError */
export function venueFile(path: string): string {
  const place = resolve(path);
  if (!existsSync(place)) throw new UserError(`The feed ${path} does not exist.`);
  if (!statSync(place).isDirectory()) return place;
  const name = VENUE_FILES.find((file) => existsSync(join(place, file)));
  if (name === undefined)
    throw new UserError(`The folder ${path} holds no feed: expected ${VENUE_FILES.join(', ')} in it.`);
  return join(place, name);
}

/** The first thing that keeps a value from being a venue, as half a sentence; null for a venue. */
export function venueFlaw(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'its default export is no venue';
  for (const [member, kind] of Object.entries(MEMBERS)) {
    const found = (value as Record<string, unknown>)[member];
    const isKind = kind === 'array' ? Array.isArray(found) : typeof found === kind;
    if (!isKind) return `its venue's ${member} is ${shown(found)}, expected ${article(kind)}`;
  }
  const venue = value as Venue;
  if (!/^[a-z0-9][a-z0-9-]*$/.test(venue.name))
    return `its venue's name is "${venue.name}", expected a-z, 0-9 and hyphens`;
  if (venue.symbolExamples.length === 0) return 'its venue names no symbol to try it with';
  return null;
}

/** Loads a venue from a folder or a file, TypeScript or JavaScript. @throws UserError that names the file and what is wrong with it */
export async function loadVenueFile(path: string): Promise<Venue> {
  const file = venueFile(path);
  let venue: unknown;
  try {
    venue = ((await import(pathToFileURL(file).href)) as { default?: unknown }).default;
  } catch (error) {
    throw new UserError(`The feed ${path} could not be loaded: ${(error as Error).message}`);
  }
  const flaw = venueFlaw(venue);
  if (flaw !== null) throw new UserError(`The feed ${path} cannot be used: ${flaw}.`);
  return venue as Venue;
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

function article(kind: Kind): string {
  return kind === 'array' ? 'a list' : kind === 'string' ? 'text' : `a ${kind}`;
}
