import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Clock, Feed } from '../engine/ports.ts';
import { UserError } from '../errors.ts';
import { guardedClock } from './guarded-clock.ts';

/** What a feed's file exports as its default. */
export type FeedFactory = (clock: Clock) => Feed;

/** Loads a feed from a file, TypeScript or JavaScript. @throws UserError that names the file and what is wrong with it */
export async function loadFeed(path: string, clock: Clock): Promise<Feed> {
  const file = resolve(path);
  if (!existsSync(file)) throw new UserError(`The feed ${path} does not exist.`);
  let factory: unknown;
  try {
    factory = ((await import(pathToFileURL(file).href)) as { default?: unknown }).default;
  } catch (error) {
    throw new UserError(`The feed ${path} could not be loaded: ${(error as Error).message}`);
  }
  if (typeof factory !== 'function')
    throw new UserError(`The feed ${path} must export as its default a function that makes a feed.`);
  const feed = (factory as FeedFactory)(guardedClock(clock));
  const missing = ['start', 'subscribe', 'unsubscribe', 'close'].find(
    (method) => typeof feed[method as keyof Feed] !== 'function',
  );
  if (missing !== undefined) throw new UserError(`The feed ${path} has no method ${missing}.`);
  return feed;
}
