import { expect, it } from 'vitest';
import { formatCount, formatSize, formatVolumeCompact } from '../../../../../src/lib/format/index.ts';

const shares = { lot: { units: 1, decimals: 0 } };
const fine = { lot: { units: 1, decimals: 8 } };

it('a size shows the decimals of its lot, four at most', () => {
  expect(formatSize(1200, shares)).toBe('1,200');
  expect(formatSize(192_941_234, fine)).toBe('1.9294');
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

it('a count has separators and no decimals', () => {
  expect(formatCount(9981.6)).toBe('9,982');
});
