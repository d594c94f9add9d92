import { afterEach, expect, it } from 'vitest';
import {
  formatCompact,
  formatCount,
  formatSize,
  formatVolumeCompact,
  setFormatLocale,
} from '../../../../../src/lib/format/index.ts';

const shares = { lot: { units: 1, decimals: 0 } };
afterEach(() => setFormatLocale('en-US'));

const fine = { lot: { units: 1, decimals: 8 } };

it('a size shows the decimals of its lot, four at most', () => {
  expect(formatSize(1200, shares)).toBe('1,200');
  expect(formatSize(192_941_234, fine)).toBe('1.9294');
});

it('a size of millions is whole, so that its digits have room', () => {
  expect(formatSize(123_456_712_345_678, fine)).toBe('1,234,567');
  expect(formatSize(99_999_912_345_678, fine)).toBe('999,999.1235');
});

it('a tiny size is never shown as zero', () => {
  expect(formatSize(1234, fine)).toBe('0.000012');
  expect(formatSize(0, fine)).toBe('0.0000');
  expect(formatVolumeCompact(1234, fine)).toBe('0.000012');
});

it('a volume is short at any magnitude', () => {
  expect(formatVolumeCompact(56_912, shares)).toBe('56.9K');
  expect(formatVolumeCompact(37_600_000, shares)).toBe('37.6M');
  expect(formatVolumeCompact(1_241_000_000, fine)).toBe('12.41');
  expect(formatVolumeCompact(999, shares)).toBe('999');
  expect(formatVolumeCompact(Number.NaN, shares)).toBe('–');
});

it.each<[locale: string, texts: string[]]>([
  ['en-US', ['56.9K', '9.9M', '38.1M', '380.7M']],
  ['fr-FR', ['56,9 k', '9,9 M', '38,1 M', '380,7 M']],
  ['de-DE', ['56.912', '9,9 Mio.', '38 Mio.', '381 Mio.']],
  ['pl-PL', ['57 tys.', '9,9 mln', '38,1 mln', '381 mln']],
  ['ja-JP', ['5.7万', '990.0万', '3810万', '3.8億']],
])('a volume is short in %s too, and keeps what it counts in', (locale, texts) => {
  setFormatLocale(locale);
  const numbers = [56_912, 9_900_000, 38_100_000, 380_700_000];
  expect(numbers.map((value) => formatCompact(value).replaceAll(/\s/g, ' '))).toEqual(texts);
});

it('a count has separators and no decimals', () => {
  expect(formatCount(9981.6)).toBe('9,982');
});
