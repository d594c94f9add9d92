import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decimalText,
  incrementText,
  instrumentKey,
  parseIncrement,
  stepsToNumber,
  stepsToText,
  textToSteps,
  type Increment,
} from '#protocol';

const increments = fc
  .record({ units: fc.constantFrom(1, 2, 5, 25, 125, 1000), decimals: fc.integer({ min: 0, max: 10 }) })
  .map(({ units, decimals }): Increment => parseIncrement(decimalText(units, decimals))!);

describe('increments', () => {
  it.each([
    ['0.25', { units: 25, decimals: 2 }],
    ['5', { units: 5, decimals: 0 }],
    ['1e-08', { units: 1, decimals: 8 }],
    ['0.010', { units: 1, decimals: 2 }],
    ['0.03125', { units: 3125, decimals: 5 }],
  ])('parse from %s', (text, increment) => {
    expect(parseIncrement(text)).toEqual(increment);
  });

  it.each(['0', '-0.01', '', 'tick'])('refuse %j, which is no positive decimal', (text) => {
    expect(parseIncrement(text)).toBeNull();
  });

  it('return to their text', () => {
    expect(incrementText({ units: 25, decimals: 2 })).toBe('0.25');
    expect(incrementText({ units: 5, decimals: 0 })).toBe('5');
  });
});

describe('steps', () => {
  it('return from text to steps to the same text, exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), increments, (steps, increment) => {
        expect(textToSteps(stepsToText(steps, increment), increment)).toBe(steps === 0 ? 0 : steps);
      }),
    );
  });

  it.each([
    ['a quarter tick', '5812.25', { units: 25, decimals: 2 }, 23_249],
    ['a satoshi', '0.00002853', { units: 1, decimals: 8 }, 2853],
    ['an exponent', '1e-08', { units: 1, decimals: 8 }, 1],
    ['trailing zeros', '64000.50000000', { units: 1, decimals: 2 }, 6_400_050],
    ['a negative price', '-37.63', { units: 1, decimals: 2 }, -3763],
    ['a step of five', '110', { units: 5, decimals: 0 }, 22],
  ])('are exact for %s', (_what, text, increment, steps) => {
    expect(textToSteps(text, increment)).toBe(steps);
  });

  it.each([
    ['text between two steps', '5812.30', { units: 25, decimals: 2 }],
    ['more decimals than a step has', '1.001', { units: 1, decimals: 2 }],
    ['text that is no decimal', 'n/a', { units: 1, decimals: 2 }],
    ['more than 53 bits', '90071992547409.92', { units: 1, decimals: 6 }],
  ])('are NaN for %s', (_what, text, increment) => {
    expect(textToSteps(text, increment)).toBeNaN();
  });

  it('have exact text even where the product exceeds 53 bits', () => {
    expect(stepsToText(9_007_199_254_740_991, { units: 25, decimals: 2 })).toBe('2251799813685247.75');
  });

  it('have no text when absent', () => {
    expect(stepsToText(Number.NaN, { units: 1, decimals: 2 })).toBe('');
  });

  it('become the nearest float for drawing', () => {
    expect(stepsToNumber(23_249, { units: 25, decimals: 2 })).toBe(5812.25);
    expect(stepsToNumber(2853, { units: 1, decimals: 8 })).toBe(0.000_028_53);
  });
});

it('an instrument is named by venue and symbol together', () => {
  expect(instrumentKey({ venue: 'coinbase', symbol: 'BTC-USD' })).toBe('coinbase:BTC-USD');
});
