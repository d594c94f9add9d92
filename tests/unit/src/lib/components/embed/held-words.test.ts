import { expect, test } from 'vitest';
import { heldWords } from '../../../../../../src/lib/components/embed/held-words.ts';
import type { ConnectionPhase } from '../../../../../../src/lib/state/market.ts';

const NOW_MS = Date.parse('2026-11-12T14:32:07Z');
const words = (phase: ConnectionPhase, ageMs: number, message = '', isReplay = false): string =>
  heldWords({ phase, message, shownTimeUs: (NOW_MS - ageMs) * 1000 }, isReplay, 'utc', NOW_MS);

test.each(['snapshot', 'connecting', 'live', 'recovered'] as const)('nothing is held while %s', (phase) => {
  expect(words(phase, 7_200_000)).toBe('');
});

test('a lost connection says of which time the price is, and how long ago that was where it is long', () => {
  expect(words('reconnecting', 5_000)).toBe('Reconnecting. Showing 14:32:02 UTC.');
  expect(words('reconnecting', 3 * 3_600_000)).toBe('Reconnecting. Showing 11:32:07 UTC (3 h ago).');
  expect(words('reconnecting', 3 * 3_600_000, '', true)).toBe('Reconnecting. Showing 11:32:07 UTC.');
});

test('a connection that does not come back says why, and not that it is being made', () => {
  expect(words('stopped', 5_000, 'This page is older than the server.')).toBe(
    'This page is older than the server.',
  );
  expect(words('stopped', 120_000)).toBe('Stopped. Showing 14:30:07 UTC (2 min ago).');
});
