import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalText, parseDecimal, powerOfTen, rescale } from '#protocol';

describe('parseDecimal', () => {
  it.each([
    ['0.00002853', 2853, 8],
    ['1e-08', 1, 8],
    ['1E-8', 1, 8],
    ['2.50e3', 2500, 0],
    ['64.10', 641, 1],
    ['100', 100, 0],
    ['100e-2', 1, 0],
    ['1e5', 100_000, 0],
    ['-12.340', -1234, 2],
    ['+7', 7, 0],
    ['.5', 5, 1],
    ['5.', 5, 0],
    ['007', 7, 0],
    ['0.000', 0, 0],
    ['-0', 0, 0],
    ['0e999', 0, 0],
    ['9007199254740991', 9_007_199_254_740_991, 0],
    ['0.000000000000000001', 1, 18],
    ['90071992547.40991', 9_007_199_254_740_991, 5],
  ])('reads %s exactly', (text, mantissa, decimals) => {
    const value = parseDecimal(text);
    expect(value).toEqual({ mantissa, decimals });
    expect(Object.is(value!.mantissa, -0)).toBe(false);
  });

  it.each([
    ['no digits', ''],
    ['a lone point', '.'],
    ['a lone sign', '-'],
    ['an exponent without digits', '1e'],
    ['letters', '12a'],
    ['hexadecimal', '0x10'],
    ['infinity', 'Infinity'],
    ['NaN', 'NaN'],
    ['a blank in front', ' 1'],
    ['a line break behind', '1\n'],
    ['two points', '1.2.3'],
    ['a comma', '1,5'],
    ['digits of another script', '١'],
    ['more than 53 bits', '9007199254740993'],
    ['more than 18 decimals', '1e-19'],
    ['an exponent that is too large', '1e19'],
    ['an exponent of four digits', '1e1000'],
  ])('refuses %s', (_what, text) => {
    expect(parseDecimal(text)).toBeNull();
  });

  it('returns from text to the same text for any number of steps', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 18 }), (mantissa, decimals) => {
        const value = parseDecimal(decimalText(mantissa, decimals))!;
        expect(rescale(value.mantissa, value.decimals, decimals)).toBe(mantissa === 0 ? 0 : mantissa);
      }),
    );
  });

  it('reads what JavaScript prints for a float with up to 15 digits as the same number', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }),
        fc.integer({ min: 0, max: 8 }),
        (mantissa, decimals) => {
          const float = mantissa / powerOfTen(decimals);
          const value = parseDecimal(String(float))!;
          expect(value.mantissa / powerOfTen(value.decimals)).toBe(float === 0 ? 0 : float);
        },
      ),
    );
  });

  it('gives the shortest pair, whatever zeros the text has', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 0, max: 9 }),
        (mantissa, decimals, zeros) => {
          const text = decimalText(mantissa, decimals);
          const padded = decimals === 0 ? `${text}.${'0'.repeat(zeros)}` : text + '0'.repeat(zeros);
          expect(parseDecimal(padded)).toEqual(parseDecimal(text));
          const value = parseDecimal(text)!;
          expect(value.decimals === 0 || value.mantissa % 10 !== 0).toBe(true);
        },
      ),
    );
  });

  it('takes text of a million digits without hanging', () => {
    expect(parseDecimal(`1.${'0'.repeat(1_000_000)}`)).toEqual({ mantissa: 1, decimals: 0 });
    expect(parseDecimal('9'.repeat(1_000_000))).toBeNull();
  });
});

describe('rescale', () => {
  it.each([
    ['to more decimals', 641, 1, 4, 641_000],
    ['to fewer decimals', 641_000, 4, 1, 641],
    ['to the same decimals', 5, 2, 2, 5],
    ['of a negative number', -1500, 2, 0, -15],
  ])('is exact %s', (_what, mantissa, from, to, expected) => {
    expect(rescale(mantissa, from, to)).toBe(expected);
  });

  it('is NaN where digits would be lost', () => {
    expect(rescale(15, 1, 0)).toBeNaN();
  });

  it('is NaN where 53 bits would not do', () => {
    expect(rescale(Number.MAX_SAFE_INTEGER, 0, 1)).toBeNaN();
  });

  it('undoes itself', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 0, max: 6 }),
        (mantissa, decimals, more) => {
          expect(rescale(rescale(mantissa, decimals, decimals + more), decimals + more, decimals)).toBe(
            mantissa,
          );
        },
      ),
    );
  });
});

describe('decimalText', () => {
  it.each([
    [-5, 2, '-0.05'],
    [0, 3, '0.000'],
    [-0, 2, '0.00'],
    [2853, 8, '0.00002853'],
    [123, 0, '123'],
    [-1_234_500, 2, '-12345.00'],
    [Number.MAX_SAFE_INTEGER, 18, '0.009007199254740991'],
  ])('writes %d with %d decimals as %s', (mantissa, decimals, text) => {
    expect(decimalText(mantissa, decimals)).toBe(text);
  });

  it('has no text for the absent number', () => {
    expect(decimalText(Number.NaN, 2)).toBe('');
  });

  it('never falls into exponents, however large the number', () => {
    expect(decimalText(1e22, 2)).toBe('100000000000000000000.00');
    expect(decimalText(123_456_789_012_345_678_901_234n, 3)).toBe('123456789012345678901.234');
  });
});
