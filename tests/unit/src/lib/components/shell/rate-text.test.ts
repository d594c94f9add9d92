import { expect, test } from 'vitest';
import { rateText } from '../../../../../../src/lib/components/shell/rate-text.ts';

test('rates have a decimal only where it tells something', () => {
  expect([0, 0.5, 9.84, 10, 9_982.4].map(rateText)).toEqual(['0', '0.5', '9.8', '10', '9,982']);
});
