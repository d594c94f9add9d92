import { expect, it } from 'vitest';
import { paintTotal } from '#lib/components/holdings/paint-holdings.ts';
import { ZERO } from '#lib/state/holdings/exact.ts';

const text = (): Text => ({ data: '' }) as Text;

it('a total says what is not in it, and who lacks it: feeds, or the recording that is shown', () => {
  const nodes = {
    value: text(),
    profit: text(),
    profitElement: { dataset: {} } as HTMLElement,
    percent: text(),
    left: text(),
  };
  const total = { value: ZERO, cost: ZERO, profit: ZERO, withoutPrice: 1, missingPairs: ['SEK and USD'] };
  expect(paintTotal(nodes, total, 'USD', false)).toBe(
    'Not all: no feed has a pair of SEK and USD; 1 without a price.',
  );
  expect(paintTotal(nodes, total, 'USD', true)).toBe(
    'Not all: the recording has no pair of SEK and USD; 1 without a price.',
  );
  expect(nodes.value.data).toBe('0.00 USD');
});
