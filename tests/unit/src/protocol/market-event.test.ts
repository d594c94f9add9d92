import { expect, it } from 'vitest';
import { AGGRESSOR_BUY, AGGRESSOR_NAMES, AGGRESSOR_SELL, AGGRESSOR_UNKNOWN } from '#protocol';

it('[TR1] an aggressor has the name that its number stands for', () => {
  expect([AGGRESSOR_UNKNOWN, AGGRESSOR_BUY, AGGRESSOR_SELL].map((side) => AGGRESSOR_NAMES[side])).toEqual([
    'unknown',
    'buy',
    'sell',
  ]);
});
