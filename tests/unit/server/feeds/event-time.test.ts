import { describe, expect, it } from 'vitest';
import { usOfNumber, usOfText } from '../../../../server/feeds/event-time.ts';

const US = 1_767_623_400_123_456;

describe('a time as other programs write it', () => {
  it.each([
    ['2026-01-05T14:30:00.123456Z', US],
    ['2026-01-05T14:30:00.123456789Z', US],
    ['2026-01-05 15:30:00,123456+01:00', US],
    ['2026-01-05T09:00:00.123456-0530', US],
    ['2026-01-05T14:30:00.123456', US],
    ['2026-01-05T14:30Z', 1_767_623_400_000_000],
    ['1767623400', 1_767_623_400_000_000],
    ['1767623400.123456', US],
    ['1767623400123', 1_767_623_400_123_000],
    ['1767623400123456', US],
    ['1767623400123456789', US],
  ])('%s is told to the microsecond', (text, us) => {
    expect(usOfText(text)).toBe(us);
  });

  it.each([
    '',
    'now',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-05',
    '2026-01-05T25:00:00Z',
    '1767',
    '0',
    '1970-01-01T00:00:00Z',
    '99999999999999999999',
  ])('%j is refused', (text) => {
    expect(usOfText(text)).toBeNaN();
  });

  it('as a number is told by its magnitude', () => {
    expect([1_767_623_400.123456, 1_767_623_400_123.456, US, US * 1_000 + 789].map(usOfNumber)).toEqual([
      US,
      US,
      US,
      US,
    ]);
    expect([0, -1, Number.NaN, Infinity, 1e5, 1e30].map(usOfNumber)).toEqual(Array(6).fill(Number.NaN));
  });
});
