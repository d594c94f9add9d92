import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const WAIT = { timeout: 20_000 };

export const pillWords = (page: Page) => page.locator('.pill .words').first();

/** Waits until the mode pill says it. */
export const pillShows = (page: Page, words: RegExp): Promise<void> =>
  expect.poll(() => pillWords(page).textContent(), WAIT).toMatch(words);

/** The bar of a replay, or of the live market with a tape. */
export const replayBar = (page: Page) => page.getByRole('slider', { name: /^Position/ });

/** The time beside it. */
export const shownPosition = (page: Page) =>
  page.getByRole('button', { name: /^Go to a time/ }).locator('.position');

/** Presses the bar at a share of its width and lets it go at another. */
export async function dragBar(
  page: Page,
  from: number,
  to: number,
  onTheWay?: () => Promise<void>,
): Promise<void> {
  const box = (await replayBar(page).boundingBox())!;
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * from, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * to, y, { steps: 6 });
  await onTheWay?.();
  await page.mouse.up();
}
