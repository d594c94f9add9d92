import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { newFeed } from '../../../../server/commands/new-feed.ts';

const parent = mkdtempSync(join(tmpdir(), 'tickwire-new-feed-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

describe('a new feed', () => {
  it('is a folder that carries its name and needs nothing at run time', () => {
    const { folder, files } = newFeed('acme-markets', parent);
    expect(readdirSync(folder).sort()).toEqual([...files].sort());
    const texts = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
    expect(texts).toContain("name: 'acme-markets'");
    expect(texts).toContain("title: 'Acme Markets'");
    expect(texts).not.toMatch(/my-venue|feed-api/);
    // Types are gone when it runs.
    expect(
      texts.match(/^import .* from 'tickwire\/feed';$/gm)!.every((line) => line.startsWith('import type')),
    ).toBe(true);
  });

  it('is not written over something', () => {
    mkdirSync(join(parent, 'taken'));
    writeFileSync(join(parent, 'taken', 'notes.txt'), 'mine');
    expect(() => newFeed('taken', parent)).toThrow(/taken holds something already: name a new folder\.$/);
  });

  it('has a name that a feed can have and none that is built in', () => {
    expect(() => newFeed('My Venue', parent)).toThrow('My Venue is no name of a feed');
    expect(() => newFeed('kraken', parent)).toThrow('kraken is built in');
  });
});
