import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FakeVenue } from './fake-venue.ts';

const FEEDS = fileURLToPath(new URL('../../../server/feeds/', import.meta.url));

/** The venue's own adapter at the fake's address: a file in a folder, for `--feed` as a user would name it. */
export function pointedAdapter(folder: string, fake: FakeVenue): string {
  const { name } = fake.script.venue;
  const module = pathToFileURL(join(FEEDS, name, 'feed.ts')).href;
  const path = join(folder, `${name}.mjs`);
  writeFileSync(
    path,
    `import venue from '${module}';\nexport default { ...venue, url: '${fake.url}', restUrl: '${fake.restUrl}' };\n`,
  );
  return path;
}
