import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { pageAt, PAGES } from '../../../../../../src/lib/components/shell/pages.ts';

const ROUTES = new URL('../../../../../../src/routes/(app)/', import.meta.url);

test('every page of the header exists', () => {
  for (const { path } of PAGES)
    expect(existsSync(fileURLToPath(new URL(`.${path}`, ROUTES))), path).toBe(true);
});

test('keys differ, and a phone has room for the tabs', () => {
  expect(new Set(PAGES.map(({ key }) => key)).size).toBe(PAGES.length);
  expect(PAGES.filter(({ onPhone }) => onPhone).length).toBeLessThanOrEqual(5);
});

test('an address below a page belongs to it, one that only begins like it does not', () => {
  expect(pageAt('/desk/sim%3ABTC-USD')?.label).toBe('Desk');
  expect(pageAt('/board')?.label).toBe('Board');
  expect(pageAt('/boards')).toBeNull();
});
