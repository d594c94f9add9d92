import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { Clock, Feed } from '../engine/ports.ts';
import { UserError } from '../errors.ts';
import { readBackups, type BackupPlan } from './backup-plan.ts';
import { loadFeed } from './load-feed.ts';
import { loadVenueFile, venueFile } from './load-venue.ts';
import { nearestNames } from './nearest-name.ts';
import type { Venue } from './venue/ports.ts';
import { VenueFeed } from './venue/venue-feed.ts';
import { isVenueName, loadVenue, venueNames } from './venues.ts';
import { WantedSymbols } from './wanted-symbols.ts';

/** What the configuration says of feeds. */
export interface FeedChoices {
  /** Names of venues, `simulated`, `stdin`, `ccxt:<exchange>`, files and folders. Empty = simulated. */
  readonly feed: readonly string[];
  readonly symbols: readonly string[];
  /** `coinbase=kraken`, or of one instrument `coinbase:BTC-USD=kraken:BTC/USD`; `kraken` where there is one feed only. */
  readonly backup: readonly string[];
  readonly seed: number;
  readonly simSymbols: number;
  readonly simRate: number;
}

/** What feeds are opened with. */
export interface FeedSurroundings {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What `stdin` reads. */
  readonly input: Readable;
}

export interface OpenedFeeds {
  readonly feeds: Feed[];
  readonly backups: BackupPlan[];
}

const CCXT_PREFIX = 'ccxt:';

/** The feeds that a configuration names, not started yet. @throws UserError one sentence for a name that is none */
export async function openFeeds(choices: FeedChoices, around: FeedSurroundings): Promise<OpenedFeeds> {
  const specs = choices.feed.length === 0 ? ['simulated'] : [...new Set(choices.feed)];
  const backups = readBackups(choices.backup, specs);
  const all = [...new Set([...specs, ...backups.map(({ backup }) => backup)])];
  const wanted = new WantedSymbols(choices.symbols, all.map(feedName), venueNames());
  const opened = new Map<string, Feed>();
  // One after the other: the first that is wrong is the one that is told.
  for (const spec of all) {
    const own = backups.filter(({ backup }) => backup === spec);
    const symbols = [
      ...wanted.of(feedName(spec)),
      ...own.flatMap(({ symbols: mapped }) => [...mapped.keys()]),
    ];
    opened.set(spec, await openFeed(spec, symbols, choices, around));
  }
  const names = [...opened.values()].map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new UserError(`Two feeds are called ${twice}: each needs a name of its own.`);
  return {
    feeds: specs.map((spec) => opened.get(spec)!),
    backups: backups.map(({ primary, backup, symbols }) => {
      const feed = specs.includes(primary) ? opened.get(primary) : undefined;
      if (feed === undefined)
        throw new UserError(`--backup is for ${primary}, but there is no --feed ${primary}.`);
      return { primary: feed, backup: opened.get(backup)!, mapping: { symbols } };
    }),
  };
}

const feedName = (spec: string): string => spec.toLowerCase();

async function openFeed(
  spec: string,
  symbols: readonly string[],
  choices: FeedChoices,
  around: FeedSurroundings,
): Promise<Feed> {
  const { clock } = around;
  if (spec === 'simulated') {
    const { SimulatedFeed } = await import('./simulated/feed.ts');
    const { seed, simSymbols, simRate: eventsPerSecond } = choices;
    return new SimulatedFeed({ seed, symbols: simSymbols, eventsPerSecond, clock });
  }
  if (spec === 'stdin') {
    const { StdinFeed } = await import('./ingest/stdin-feed.ts');
    const reserved = choices.feed.filter(isVenueName);
    return new StdinFeed({ clock, input: around.input, reserved });
  }
  if (isVenueName(spec)) return venueFeed(await loadVenue(spec), symbols, around);
  if (spec.startsWith(CCXT_PREFIX)) {
    const { openCcxtFeed } = await import('./ccxt/feed.ts');
    return openCcxtFeed({ name: spec, symbols, clock });
  }
  if (/[/\\.]/.test(spec) || existsSync(spec)) return fileFeed(spec, symbols, around);
  const near = nearestNames(spec, ['simulated', 'stdin', ...venueNames()]);
  const hint =
    near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there are ${venueNames().join(', ')}.`;
  throw new UserError(`There is no feed ${spec}: ${hint}`);
}

/** A venue of the user's own, or a whole feed: its default export says which. */
async function fileFeed(path: string, symbols: readonly string[], around: FeedSurroundings): Promise<Feed> {
  const file = venueFile(path);
  let exported: unknown;
  try {
    exported = ((await import(pathToFileURL(file).href)) as { default?: unknown }).default;
  } catch (error) {
    throw new UserError(`The feed ${path} could not be loaded: ${(error as Error).message}`);
  }
  if (typeof exported === 'function') return loadFeed(file, around.clock);
  return venueFeed(await loadVenueFile(path), symbols, around);
}

function venueFeed(venue: Venue, symbols: readonly string[], { clock, env }: FeedSurroundings): VenueFeed {
  const missing = venue.keys.filter((key) => (env[key.env] ?? '') === '');
  if (missing.length > 0) {
    const names = missing.map((key) => `${key.env} (${key.help})`).join(' and ');
    throw new UserError(`${venue.title} needs ${names} in the environment.`);
  }
  return new VenueFeed({ venue, symbols, clock, env });
}
