import { expect, it } from 'vitest';
import { readRepoFile, repoFiles } from '../support/repo-files.ts';

/** What the browser has apart from the rows, and asks the desk for more than they need. Which of two files comes first nobody knows. */
const APART = [
  'src/lib/components/desk-parts.ts',
  'src/lib/components/later-parts.ts',
  'src/lib/components/shell/frame-parts.ts',
];

it('what comes after the rows, and every page that is no desk, brings the rest of the desk with it', () => {
  const pages = repoFiles().filter((path) => /^src\/routes\/\(app\)\/.*\+page\.svelte$/.test(path));
  const others = pages.filter(
    (path) => !/^import DeskPage from /m.test(readRepoFile(path).replaceAll(/^ +/gm, '')),
  );
  expect(others.length).toBeGreaterThan(5);
  const without = [...APART, ...others].filter(
    (path) => !/^ *import '[^']*\/desk-rest\.ts';$/m.test(readRepoFile(path)),
  );
  expect(without).toEqual([]);
});
