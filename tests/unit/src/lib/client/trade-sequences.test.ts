import { describe, expect, test } from 'vitest';
import { TradeSequences } from '../../../../../src/lib/client/trade-sequences.ts';

describe('trade numbers', () => {
  test('the first trade of an instrument is taken as it comes', () => {
    expect(new TradeSequences().take(7, 500)).toEqual({ fresh: true, lost: 0 });
  });

  test('repeats are refused and holes are counted', () => {
    const sequences = new TradeSequences();
    sequences.take(7, 500);
    expect(sequences.take(7, 500).fresh).toBe(false);
    expect(sequences.take(7, 504)).toEqual({ fresh: true, lost: 3 });
    expect(sequences.take(8, 1)).toEqual({ fresh: true, lost: 0 });
  });

  test('a loss that the server tells is not counted again as a hole, nor twice', () => {
    const sequences = new TradeSequences();
    sequences.take(7, 10);
    expect(sequences.lose(7, 11, 20)).toBe(10);
    expect(sequences.lose(7, 11, 20)).toBe(0);
    expect(sequences.take(7, 21)).toEqual({ fresh: true, lost: 0 });
  });
});
