import { expect, test } from 'vitest';
import { layoutFor } from '../../../../../src/lib/components/screen-layout.svelte.ts';

test.each([
  [320, 'phone'],
  [719, 'phone'],
  [720, 'drawer'],
  [1099, 'drawer'],
  [1100, 'dock'],
  [1439, 'dock'],
  [1440, 'wide'],
])('a window of %i px is laid out as %s', (widthPx, name) => {
  expect(layoutFor(widthPx)).toBe(name);
});
