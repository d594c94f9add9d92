import { expect, test } from 'vitest';
import { shownText } from '../../../../../../src/lib/components/shell/shown-text.ts';

const SHOWN_MS = Date.UTC(2026, 10, 12, 14, 32, 7);
const after = (ms: number, isReplay = false): string =>
  shownText(SHOWN_MS * 1000, isReplay, 'utc', SHOWN_MS + ms);

test('prices of a moment ago have the time they are of', () => {
  expect(after(59_000)).toBe('14:32:07');
});

test('older ones have their age too: yesterday has the same clock', () => {
  expect(after(3 * 3_600_000)).toBe('14:32:07 (3 h ago)');
  expect(after(2 * 86_400_000)).toBe('14:32:07 (2 d ago)');
});

test('a recording is as old as it is', () => {
  expect(after(2 * 86_400_000, true)).toBe('14:32:07');
});
