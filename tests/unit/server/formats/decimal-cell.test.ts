import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDecimal } from '#protocol';
import { compareDecimals } from '../../../../server/formats/decimal-compare.ts';
import { DecimalCell, wholeNumber } from '../../../../server/formats/decimal-cell.ts';

/** At the begin of a buffer, and further on, where several bytes are looked at together with those before them. */
const BEFORE = ['#', `${'9.'.repeat(12)},`, `${','.repeat(22)}.,`];

/** What all places give; fails where they differ. */
function everywhere<Value>(text: string, look: (view: DataView, from: number, to: number) => Value): Value {
  const [first, ...others] = BEFORE.map((before) => {
    const { buffer } = new TextEncoder().encode(`${before}${text}#`);
    return look(new DataView(buffer), before.length, before.length + text.length);
  });
  for (const other of others) expect(other).toEqual(first);
  return first!;
}

const read = (text: string): [number, number] | null =>
  everywhere(text, (view, from, to) => {
    const cell = new DecimalCell();
    return cell.read(view, from, to) ? [cell.mantissa, cell.decimals] : null;
  });

const number = (text: string): number => everywhere(text, wholeNumber);

describe('DecimalCell', () => {
  it.each([
    ['63943.90', [639439, 1]],
    ['61556.04000000', [6155604, 2]],
    ['0.00000000', [0, 0]],
    ['100', [100, 0]],
    ['100.', [100, 0]],
    ['.5', [5, 1]],
    ['-37.63', [-3763, 2]],
    ['-0.0', [0, 0]],
    ['0.482711', [482_711, 6]],
    ['5', [5, 0]],
    ['12345678.12345670', [123_456_781_234_567, 7]],
    ['1e-08', [1, 8]],
    ['+5', [5, 0]],
    ['123456789012345.1', [1_234_567_890_123_451, 1]],
    ['9007199254740991', [9_007_199_254_740_991, 0]],
  ])('reads %s without a float in between', (text, pair) => {
    expect(read(text)).toEqual(pair);
  });

  it.each([
    '',
    '-',
    '.',
    '-.',
    '1,5',
    '1.2.3',
    '--1',
    'abc',
    '12a',
    '1e',
    'NaN',
    '0x10',
    '9007199254740993',
    ' 1',
  ])('refuses %j', (text) => {
    expect(read(text)).toBeNull();
  });

  it('agrees with the careful parser on all kinds of text', () => {
    const numeric = fc.string({ unit: fc.constantFrom(...'0123456789.-+e'), maxLength: 20 });
    const decimal = fc
      .tuple(fc.nat(999_999_999), fc.stringMatching(/^\d{0,10}$/))
      .map(([whole, fraction]) => `${whole}.${fraction}`);
    fc.assert(
      fc.property(fc.oneof(numeric, decimal), (text) => {
        const careful = parseDecimal(text);
        const pair =
          careful === null ? null : [careful.mantissa === 0 ? 0 : careful.mantissa, careful.decimals];
        expect(read(text)).toEqual(pair);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('wholeNumber', () => {
  it('takes digits only, up to 2^53 - 1', () => {
    expect(number('1723161905687000')).toBe(1_723_161_905_687_000);
    expect(number('0007')).toBe(7);
    for (let digits = 1; digits <= 15; digits += 1) {
      const text = '918273645546372'.slice(0, digits);
      expect(number(text)).toBe(Number(text));
    }
    for (const text of [
      '',
      '-1',
      '1.0',
      '1e3',
      '9007199254740992',
      '99999999999999999',
      '12 ',
      '123456789/',
      ':2345678',
      '1234567\xb1',
    ])
      expect(number(text)).toBeNaN();
  });
});

describe('compareDecimals', () => {
  it('orders prices with different numbers of decimals', () => {
    expect(compareDecimals(8630, 0, 86299, 1)).toBe(1);
    expect(compareDecimals(86299, 1, 8630, 0)).toBe(-1);
    expect(compareDecimals(25, 2, 25, 2)).toBe(0);
    expect(compareDecimals(Number.NaN, 0, 1, 3)).toBeNaN();
  });
});
