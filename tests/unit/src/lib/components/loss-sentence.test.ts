import { expect, test } from 'vitest';
import { lossSentence } from '../../../../../src/lib/components/loss-sentence.ts';
import { readRepoFile, repoFiles } from '../../../../support/repo-files.ts';

/** Names in calls such as `counters.add('bad_price')`; the engine's own `#refuse` counts too. */
const COUNTED = /(?:counters\.add|#refuse)\(\s*'(\w+)'/g;

test('each counter of the server is told in words', () => {
  const sources = repoFiles().filter((path) => /^server\/(engine|feeds|timelines)\/.*\.ts$/.test(path));
  const names = new Set(
    sources.flatMap((path) => [...readRepoFile(path).matchAll(COUNTED)].map((match) => match[1]!)),
  );
  expect(names.size).toBeGreaterThan(10);
  expect([...names].filter((name) => lossSentence(name) === name)).toEqual([]);
});

test('each counter of the page is told in words', () => {
  const client = readRepoFile('src/lib/client/client-api.ts');
  const [, body] = /interface ClientCounters \{([^}]*)\}/.exec(client)!;
  const names = [...body!.matchAll(/(\w+): number/g)].map((match) => `page:${match[1]}`);
  expect(names.length).toBeGreaterThan(4);
  expect(names.filter((name) => lossSentence(name) === name)).toEqual([]);
});

test('gaps are told by their reason', () => {
  expect(lossSentence('gap_checksum')).toBe('The book did not match the checksum of the source');
  expect(lossSentence('gap_nonsense')).toBe('gap_nonsense');
});

test('a counter that nobody described goes by its name', () => {
  expect(lossSentence('made_up')).toBe('made_up');
});
