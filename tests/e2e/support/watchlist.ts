import type { Page } from 'playwright-core';

/** Rows of the watchlist that show an instrument; the spare ones of the recycled pool are left out. */
export const ROWS = '[role=grid] [role=row]:has([data-live=last])';

/** What the watchlist shows, as sorted `symbol price` texts without thousands separators. Two venues of one symbol are two entries. */
export function shownPrices(page: Page): Promise<string[]> {
  return page.evaluate((rows) => {
    const text = (row: Element, name: string): string =>
      row.querySelector(`[data-live=${name}]`)?.textContent?.trim() ?? '';
    return [...document.querySelectorAll(rows)]
      .filter((row) => text(row, 'symbol') !== '')
      .map((row) => `${text(row, 'symbol')} ${text(row, 'last').replaceAll(',', '')}`)
      .sort();
  }, ROWS);
}
