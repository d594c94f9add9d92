import { describe, expect, it } from 'vitest';
import { parseDecimal } from '#protocol';
import { withoutFloatNoise, withoutSingleNoise } from '../../../../server/formats/float-noise.ts';

const shown = (decimal: ReturnType<typeof parseDecimal>): string | null =>
  decimal === null ? null : `${decimal.mantissa}e-${decimal.decimals}`;

describe('noise of floats', () => {
  it.each([
    ['0.060000000000000005', '6e-2'],
    ['74.05999755859375', '7406e-2'],
    ['0.10000000149011612', '1e-1'],
    ['123456.789012345678', '123456789012346e-9'],
    ['0.123456789012345', null],
    ['1e-20', null],
  ])('in %s is taken out where it has more digits than a float keeps', (text, expected) => {
    expect(shown(withoutFloatNoise(text))).toBe(expected);
  });

  it.each([
    ['75.0875015258789', '750875e-4'],
    ['-75.0875015258789', '-750875e-4'],
    // Nobody's float of 32 bits.
    ['75.0875015258788', null],
    ['0.0000123456789', null],
    // Exactly one, and short: it was meant so.
    ['112.65625', null],
    ['0.000244140625', null],
  ])('of 32 bits in %s is taken out, and nothing else', (text, expected) => {
    expect(shown(withoutSingleNoise(parseDecimal(text)!))).toBe(expected);
  });
});
