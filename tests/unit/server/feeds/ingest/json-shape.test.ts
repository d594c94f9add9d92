import { describe, expect, it } from 'vitest';
import { unsoundShape } from '../../../../../server/feeds/ingest/json-shape.ts';

const keys = (count: number): string =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, at])));

describe('the shape of a text, before it is parsed', () => {
  it.each([
    ['rows', '[{"type":"book","bids":[["1","2"],["3","4"]]}]'],
    ['brackets within text', JSON.stringify({ name: '[[[[[[[[{{{{,,,,"\\' })],
    ['a long list', `[${'1,'.repeat(1_000)}1]`],
    ['many objects', `[${'{"a":1,"b":2},'.repeat(1_000)}{}]`],
    ['as many fields as may be', keys(64)],
    ['what is no JSON at all', ']]}}"'],
  ])('lets through %s', (_, text) => {
    expect(unsoundShape(text)).toBeNull();
  });

  it('stops brackets without end and objects of too many fields', () => {
    expect(unsoundShape('[[[[[[[]]]]]]]')).toBe('it is nested deeper than 6');
    expect(unsoundShape(keys(65))).toBe('an object has more than 64 fields');
    expect(unsoundShape(`[{"a":[1,2]},${keys(65)}]`)).toBe('an object has more than 64 fields');
  });
});
