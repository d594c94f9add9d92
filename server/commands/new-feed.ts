import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { packagePath } from '../package-root.ts';
import { isVenueName } from '../feeds/venues.ts';

/** An adapter that works: what it is called is replaced, everything else is copied. */
const TEMPLATE = 'examples/feeds/my-venue';
const TEMPLATE_NAME = 'my-venue';
const TEMPLATE_TITLE = 'My Venue';
/** How the template reaches the types; a folder elsewhere reaches them as `tickwire/feed`. */
const TEMPLATE_IMPORT = /(?:\.\.\/)+server\/feeds\/kit\/feed-api\.ts/g;
const PACKAGE = { private: true, type: 'module', scripts: { test: 'node --test' } };

export interface NewFeed {
  readonly folder: string;
  readonly files: readonly string[];
}

/** Writes a folder with an adapter to begin with. @throws UserError for a name that cannot be one, or a folder that holds something */
export function newFeed(name: string, parent: string): NewFeed {
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    throw new UserError(`${name} is no name of a feed: a-z, 0-9 and hyphens, a letter first.`);
  if (isVenueName(name)) throw new UserError(`${name} is built in: a feed of your own needs another name.`);
  const folder = resolve(parent, name);
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new UserError(`${folder} holds something already: name a new folder.`);
  const template = packagePath(TEMPLATE);
  const title = name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => ` ${letter.toUpperCase()}`).trim();
  const files = readdirSync(template).sort();
  try {
    mkdirSync(folder, { recursive: true });
    for (const file of files) {
      const text = readFileSync(join(template, file), 'utf8')
        .replaceAll(TEMPLATE_IMPORT, 'tickwire/feed')
        .replaceAll(TEMPLATE_NAME, name)
        .replaceAll(TEMPLATE_TITLE, title);
      writeFileSync(join(folder, file), text, { flag: 'wx' });
    }
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name, ...PACKAGE }, null, 2)}\n`);
  } catch (error) {
    throw new UserError(`${folder} cannot be written: ${(error as Error).message}.`);
  }
  return { folder, files: [...files, 'package.json'] };
}

export function newFeedText({ folder, files }: NewFeed): string {
  return [
    `${folder}: ${files.join(', ')}`,
    '',
    `Check it:  tickwire check-feed ${folder}`,
    `Read on:   ${join(folder, 'README.md')}`,
  ].join('\n');
}
