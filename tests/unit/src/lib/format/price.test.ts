import { afterEach, describe, expect, it } from 'vitest';
import {
  basisPoints,
  changeRatio,
  digitsAfterPip,
  directionArrow,
  formatBasisPoints,
  formatChangeMagnitude,
  formatPercent,
  formatPrice,
  MINUS,
  priceParts,
  setFormatLocale,
} from '../../../../../src/lib/format/index.ts';
import { priceTicks } from '../../../../../src/lib/charts/price-axis.ts';

const cents = { tick: { units: 1, decimals: 2 }, assetClass: 'crypto' } as const;
const quarters = { tick: { units: 25, decimals: 2 } };
const fives = { tick: { units: 5, decimals: 0 } };
const eighth = { tick: { units: 1, decimals: 8 }, assetClass: 'crypto' } as const;

afterEach(() => setFormatLocale('en-US'));

describe('formatPrice', () => {
  it('writes as many decimals as the tick has, zeros included', () => {
    expect(formatPrice(6_421_850, cents)).toBe('64,218.50');
    expect(formatPrice(23_249, quarters)).toBe('5,812.25');
    expect(formatPrice(12, fives)).toBe('60');
    expect(formatPrice(1234, eighth)).toBe('0.00001234');
  });

  it('shows an unknown price as an en dash, never as zero', () => {
    expect(formatPrice(Number.NaN, cents)).toBe('–');
    expect(priceParts(Number.NaN, cents)).toEqual({ whole: '–', fraction: '' });
  });

  it('keeps every digit of large integers', () => {
    for (const mantissa of [999_999_999_999_999, 123_456_789_012_345, 100_000_000_000_001]) {
      expect(formatPrice(mantissa, cents).replaceAll(/[,.]/g, '')).toBe(String(mantissa));
    }
  });

  it('follows the locale', () => {
    setFormatLocale('de-DE');
    expect(formatPrice(6_421_850, cents)).toBe('64.218,50');
    expect(priceParts(6_421_850, cents)).toEqual({ whole: '64.218', fraction: ',50' });
  });
});

describe('changes', () => {
  it('have no sign where an arrow stands in front', () => {
    expect(formatChangeMagnitude(-71_032, cents)).toBe('710.32');
  });

  it('write a percentage that rounds to nothing without a sign', () => {
    expect(formatPercent(0.0128)).toBe('+1.28%');
    expect(formatPercent(-0.0111)).toBe(`${MINUS}1.11%`);
    expect(formatPercent(-0.000_04)).toBe('0.00%');
    expect(formatPercent(Number.NaN)).toBe('–');
  });

  it('are rounded as on paper where they lie half way, whatever a float makes of them', () => {
    const shown = (last: number, from: number) => formatPercent(changeRatio(last, from));
    expect([shown(20_201, 20_000), shown(16_001, 20_000), shown(16_037, 20_000)]).toEqual([
      '+1.01%',
      `${MINUS}20.00%`,
      `${MINUS}19.82%`,
    ]);
    for (let half = 1; half <= 300; half += 1)
      expect(basisPoints(10_000 - half, 10_000 + half)).toBe(2 * half);
  });

  it.each(['ar-EG', 'he-IL', 'fa-IR'])('begin with their sign also in %s', (locale) => {
    setFormatLocale(locale);
    expect(formatPercent(-0.0111)).toBe(MINUS + formatPercent(0.0111).slice(1));
    expect(formatPrice(-12_050, cents)).toBe(MINUS + formatPrice(12_050, cents));
  });

  it('have no sign at zero, from whichever side it was rounded', () => {
    expect([formatPrice(Math.round(-0.3), cents), formatPrice(-0, eighth)]).toEqual(['0.00', '0.00000000']);
    const [lowest] = priceTicks(-0.52, 21.5, 6, eighth.tick);
    expect(formatPrice(lowest!, eighth)).toBe('0.00000000');
  });

  it('have no ratio without a base', () => {
    expect(changeRatio(110, 100)).toBeCloseTo(0.1);
    expect(changeRatio(110, 0)).toBeNaN();
    expect(changeRatio(110, Number.NaN)).toBeNaN();
  });

  it('point an arrow, and none at zero or unknown', () => {
    expect([1, -1, 0, Number.NaN].map(directionArrow)).toEqual(['▲', '▼', '', '']);
  });
});

describe('parts of a price', () => {
  it('split at the decimal separator', () => {
    expect(priceParts(6_421_850, cents)).toEqual({ whole: '64,218', fraction: '.50' });
    expect(priceParts(12, fives)).toEqual({ whole: '60', fraction: '' });
  });
});

it('a spread reads in basis points of the middle', () => {
  expect(formatBasisPoints(6_421_800, 6_421_850)).toBe('0.08 bp');
  expect(formatBasisPoints(Number.NaN, 5)).toBe('–');
});

it('a spread is below zero where the prices are crossed, and not where they are below zero', () => {
  expect(formatBasisPoints(-3_770, -3_760)).toBe('26.56 bp');
  expect(formatBasisPoints(3_770, 3_760)).toBe('−26.56 bp');
  expect(formatBasisPoints(-5, 5)).toBe('–');
});

describe('a price that is read by its decimals', () => {
  it('keeps them large, but what stands after the pip of a currency pair', () => {
    const pair = { tick: { units: 1, decimals: 5 }, assetClass: 'fx' };
    const yen = { tick: { units: 1, decimals: 3 }, assetClass: 'fx' };
    expect(priceParts(108_412, pair)).toEqual({ whole: '1.0841', fraction: '2' });
    expect(priceParts(151_342, yen)).toEqual({ whole: '151.34', fraction: '2' });
    expect(priceParts(Number.NaN, pair)).toEqual({ whole: '–', fraction: '' });
    expect(priceParts(15_281, { tick: { units: 1, decimals: 5 } })).toEqual({
      whole: '0.15281',
      fraction: '',
    });
  });

  it('has no digits after the pip where it ends with it', () => {
    expect([2, 3, 4, 5, 6].map((decimals) => digitsAfterPip({ tick: { units: 1, decimals } }))).toEqual([
      0, 1, 0, 1, 2,
    ]);
  });
});
