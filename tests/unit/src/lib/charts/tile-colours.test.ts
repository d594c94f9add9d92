import { expect, test } from 'vitest';
import { DARK_PALETTE, type Palette } from '../../../../../src/lib/charts/palette.ts';
import { mixColours, TileColours } from '../../../../../src/lib/charts/tile-colours.ts';

const LIGHT: Palette = {
  ...DARK_PALETTE,
  bg1: '#fff',
  bg3: '#e3e8ef',
  t1: '#121821',
  up: '#006e75',
  down: '#b81d34',
};
const PALETTES: Readonly<Record<string, Palette>> = {
  'dark teal': DARK_PALETTE,
  'dark cvd': { ...DARK_PALETTE, up: '#58a6ff', down: '#ff9447' },
  'dark mono': { ...DARK_PALETTE, up: DARK_PALETTE.t1, down: DARK_PALETTE.t1 },
  'light teal': LIGHT,
  'light cvd': { ...LIGHT, up: '#0b62c4', down: '#a84600' },
  'light mono': { ...LIGHT, up: LIGHT.t1, down: LIGHT.t1 },
};

/** Relative luminance, WCAG 2. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

test.each(Object.entries(PALETTES))('text stays readable on every tile: %s', (_, palette) => {
  const colours = new TileColours(palette);
  for (let change = -1.5; change <= 1.5; change += 0.05)
    expect(contrast(colours.of(change), palette.t1)).toBeGreaterThanOrEqual(4.5);
});

test.each(Object.entries(PALETTES))('a large change stands out from none: %s', (_, palette) => {
  const colours = new TileColours(palette);
  expect(colours.of(1)).not.toBe(colours.flat);
  expect(colours.of(-1)).not.toBe(colours.flat);
  expect(colours.of(5)).toBe(colours.of(1));
  expect(colours.of(0)).toBe(colours.flat);
});

test('an unknown change has a colour of its own, and what is no colour changes nothing', () => {
  expect(new TileColours(DARK_PALETTE).of(Number.NaN)).toBe(DARK_PALETTE.bg1);
  expect(mixColours('#000000', '#fff', 0.5)).toBe('#808080');
  expect(mixColours('#000000', 'red', 0.5)).toBe('#000000');
});
