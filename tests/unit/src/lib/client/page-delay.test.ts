import { expect, test } from 'vitest';
import { PageDelay } from '../../../../../src/lib/client/page-delay.ts';

const S = 1_000_000;

test('news that waits for a busy page counts from when it came', () => {
  const delay = new PageDelay();
  delay.onNews(() => 1 * S);
  delay.onNews(() => 2 * S);
  delay.onPull(2.5 * S);
  expect(delay.delayMs).toBe(1_500);
  delay.onPull(2.6 * S);
  expect(delay.delayMs).toBe(0);
});

test('a page that nobody sees is not late, neither when it comes back', () => {
  const delay = new PageDelay();
  delay.onNews(() => 1 * S);
  delay.setVisible(false);
  delay.onNews(() => 2 * S);
  delay.setVisible(true);
  delay.onPull(9 * S);
  expect(delay.delayMs).toBe(0);
});

test('a page that took nothing for very long was not drawn, which is no lag', () => {
  const delay = new PageDelay();
  delay.onNews(() => 1 * S);
  delay.onPull(60 * S);
  expect(delay.delayMs).toBe(0);
});
