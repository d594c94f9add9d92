import { expect, test } from 'vitest';
import {
  FLASH_MS,
  markFor,
  markIsOver,
  tooManyFlashes,
  type FlashState,
} from '../../../../../../src/lib/components/watch/flash-policy.ts';

test('a step marks its direction for 400 ms', () => {
  const fresh: FlashState = { flashedAtMs: 0, mark: '' };
  expect(markFor(fresh, 3, 1000, false)).toBe('up');
  expect(markFor(fresh, -3, 1000, false)).toBe('down');
  const flashed: FlashState = { flashedAtMs: 1000, mark: 'up' };
  expect(markIsOver(flashed, 1000 + FLASH_MS - 1)).toBe(false);
  expect(markIsOver(flashed, 1000 + FLASH_MS)).toBe(true);
});

test('a cell flashes at most once in 500 ms, so that nothing blinks three times a second', () => {
  let state: FlashState = { flashedAtMs: 0, mark: '' };
  let flashes = 0;
  for (let nowMs = 10_000; nowMs < 12_000; nowMs += 20) {
    if (markIsOver(state, nowMs)) state = { ...state, mark: '' };
    const mark = markFor(state, nowMs % 40 === 0 ? 1 : -1, nowMs, false);
    if (mark !== state.mark) {
      flashes += 1;
      state = { flashedAtMs: nowMs, mark };
    }
  }
  expect(flashes).toBe(4);
});

test('when more than two fifths of the rows move at once there are arrows only', () => {
  expect(tooManyFlashes(10, 28)).toBe(false);
  expect(tooManyFlashes(12, 28)).toBe(true);
  expect(tooManyFlashes(2, 2)).toBe(false);
  expect(markFor({ flashedAtMs: 0, mark: '' }, -1, 1000, true)).toBe('arrow-down');
});
