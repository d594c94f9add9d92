import { expect, test } from 'vitest';
import { faultLines } from '../../../../../../src/lib/components/feeds/feed-faults.ts';

test('kinds that are usual are shown as zero too, others only when they happened', () => {
  expect(faultLines({ counters: {} })).toEqual(
    ['Reconnects', 'Gaps', 'Checksums', 'Malformed', 'Unknown', 'Duplicates'].map((label) => ({
      label,
      count: 0,
    })),
  );
  const lines = faultLines({ counters: { fault_crossed: 2, silences: 0 } });
  expect(lines.at(-1)).toEqual({ label: 'Crossed books', count: 2 });
});

test('several counters of one meaning are added up, and a counter that nobody described is shown by its name', () => {
  const lines = faultLines({
    counters: { fault_gap: 1, trades_missing: 2, adapter_errors: 4, gaps_filled: 9 },
  });
  expect(lines.find(({ label }) => label === 'Gaps')?.count).toBe(3);
  expect(lines.at(-1)).toEqual({ label: 'Adapter errors', count: 4 });
  expect(lines.some(({ count }) => count === 9)).toBe(false);
});

test('a feed that counts nothing has no lines', () => {
  expect(faultLines({})).toEqual([]);
});
