import { describe, expect, test } from 'vitest';
import { createQuoteColumns, growQuoteColumns } from '../../../../../src/lib/client/quote-columns.ts';

describe('columns', () => {
  test('growing keeps the values and fills the rest with "not known"', () => {
    const columns = createQuoteColumns(64);
    columns.last[3] = 42;
    growQuoteColumns(columns, 65);
    expect(columns.last).toHaveLength(128);
    expect(columns.last[3]).toBe(42);
    expect(columns.bid[127]).toBeNaN();
  });
});
