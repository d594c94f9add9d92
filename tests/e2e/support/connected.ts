import type { Page } from 'playwright-core';

/** Until the socket itself is up: the word LIVE alone stands on the bar from the first paint. A phone shows it in the pill alone. */
export async function connected(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    [...document.querySelectorAll('[aria-label=Status] .socket')].some((it) =>
      it.textContent?.includes('Connected'),
    ),
  );
}
