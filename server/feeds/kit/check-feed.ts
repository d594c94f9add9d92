import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../../errors.ts';
import { loadVenueFile, venueFile } from '../load-venue.ts';
import type { CaptureLine } from '../venue/capture-lines.ts';
import type { Venue } from '../venue/ports.ts';
import { isVenueName, loadVenue } from '../venues.ts';
import { ADAPTER_CHECKS } from './adapter-checks.ts';
import { readCapture } from './capture-file.ts';
import { runChecks, type CheckResult } from './check-result.ts';
import { FEED_CHECKS } from './feed-checks.ts';
import { playedVenue, type PlayedVenue, type VenueScript } from './venue-script.ts';

/** Names under which a folder holds its capture. */
const CAPTURES = ['capture.jsonl', 'capture.jsonl.gz', 'capture.jsonl.zst'];
const SCRIPTS = ['script.ts', 'script.js', 'script.mjs'];
/** Checks play a capture a dozen times: of a long one only the beginning. */
const FRAMES_MAX = 4_000;

export interface CheckRequest {
  /** A built-in venue, or a folder or file. */
  readonly feed: string;
  /** Captures; the folder's own when there are none. */
  readonly captures?: readonly string[];
}

/** Runs the whole conformance suite over a feed. @throws UserError when there is nothing to run it over */
export async function checkFeed(request: CheckRequest): Promise<CheckResult[]> {
  return checkVenue(await loadPlayed(request));
}

/** The same over a venue that is loaded already. */
export async function checkVenue(played: PlayedVenue): Promise<CheckResult[]> {
  const adapter = await runChecks(ADAPTER_CHECKS, played);
  const canPlay = played.frames.length > 0 && played.symbols.length > 0;
  return [...adapter, ...(canPlay ? await runChecks(FEED_CHECKS, played) : [])];
}

/** Whether nothing failed. */
export const isConforming = (results: readonly CheckResult[]): boolean =>
  results.every(({ outcome }) => outcome !== 'fail');

async function loadPlayed({ feed, captures = [] }: CheckRequest): Promise<PlayedVenue> {
  if (isVenueName(feed)) {
    if (captures.length === 0)
      throw new UserError(`${feed} needs a capture to be checked with: --capture FILE.`);
    return played(await loadVenue(feed), captures, {});
  }
  const venue = await loadVenueFile(feed);
  const folder = dirname(venueFile(feed));
  const own = CAPTURES.map((name) => join(folder, name)).filter((path) => existsSync(path));
  if (captures.length === 0 && own.length === 0)
    throw new UserError(
      `${feed} holds no ${CAPTURES[0]}: record one with tickwire record-raw, or name one with --capture.`,
    );
  return played(venue, captures.length > 0 ? captures : own, await loadScript(folder));
}

async function played(venue: Venue, captures: readonly string[], script: VenueScript): Promise<PlayedVenue> {
  const lines: CaptureLine[] = [];
  let frames = 0;
  for (const path of captures) {
    for await (const line of readCapture(path)) {
      if (line.kind === 'in') frames += 1;
      if (frames <= FRAMES_MAX || line.kind === 'rest') lines.push(line);
    }
  }
  return playedVenue(venue, lines, script);
}

async function loadScript(folder: string): Promise<VenueScript> {
  const file = SCRIPTS.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (file === undefined) return {};
  let script: unknown;
  try {
    script = ((await import(pathToFileURL(file).href)) as { default?: unknown }).default;
  } catch (error) {
    throw new UserError(`${file} could not be loaded: ${(error as Error).message}`);
  }
  if (typeof script !== 'object' || script === null)
    throw new UserError(`${file} must export as its default an object with answer and rest.`);
  return script as VenueScript;
}
