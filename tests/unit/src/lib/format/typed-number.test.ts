import { afterEach, describe, expect, it } from 'vitest';
import { formatPrice, setFormatLocale } from '../../../../../src/lib/format/index.ts';
import { plainNumber, typedNumber } from '../../../../../src/lib/format/typed-number.ts';

const cents = { tick: { units: 1, decimals: 2 } };

afterEach(() => setFormatLocale('en-US'));

describe('a number as it is typed', () => {
  it.each([
    ['64,200.50', '64200.50'],
    [' 64 200 ', '64200'],
    ['12,34,567.5', '1234567.5'],
    ['−3', '-3'],
    ['+3', '3'],
    ['.5', '.5'],
    ['1e-8', '1e-8'],
    ['1,234,567,890.000000012345', '1234567890.000000012345'],
  ])('is read in English: %j', (text, plain) => {
    expect(plainNumber(text)).toBe(plain);
  });

  it.each([
    ['97344,84', '97344.84'],
    ['97.344,84', '97344.84'],
    ['64.200', '64200'],
    ['0,5', '0.5'],
    ['64,200', '64.200'],
    // As programs write it.
    ['97344.84', '97344.84'],
    ['0.125', '0.125'],
    ['64,200.50', '64200.50'],
    ['−3,5', '-3.5'],
  ])('is read where the comma stands before decimals: %j', (text, plain) => {
    setFormatLocale('de-DE');
    expect(plainNumber(text)).toBe(plain);
  });

  it.each(['0,5', '97344,84', '64.200,50', '1,23', '1.2.3', 'ten'])(
    'stays as it is where leaving a sign out would make another number of it: %j',
    (text) => {
      expect(plainNumber(text)).toBe(text);
    },
  );

  it.each(['en-US', 'en-IN', 'de-DE', 'de-CH', 'fr-FR', 'pl-PL', 'sv-SE', 'ar-EG', 'fa-IR', 'hi-IN'])(
    'is read as the page writes it in %s, and as a field holds it',
    (locale) => {
      setFormatLocale(locale);
      for (const ticks of [1, 99_905, 155_772, 6_420_050, 973_448_400, 123_456_789_012]) {
        const plain = (ticks / 100).toFixed(2);
        expect(plainNumber(formatPrice(ticks, cents))).toBe(plain);
        expect(plainNumber(typedNumber(plain))).toBe(plain);
        expect(plainNumber(typedNumber(`${ticks}.125`))).toBe(`${ticks}.125`);
      }
    },
  );
});
