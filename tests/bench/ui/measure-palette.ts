import { launchBrowser, openPage } from '../../e2e/support/browser.ts';
import { startServer } from '../../support/server-process.ts';
import { median } from '../rounds.ts';

/** What is typed: a letter that fits much, more of it, words in two places, and letters that fit nothing. */
const TEXTS = ['u', 'us', 'usd', 'usd b', 'x', 'aa', 'zzzzz'] as const;

/** Longest time from a key to its results, of each text in turn, ms. In words: this side knows no page. */
const SLOWEST = `(async () => {
  const field = document.querySelector('dialog input');
  let slowest = 0;
  for (const text of ${JSON.stringify(TEXTS)}) {
    field.value = text;
    const startedAt = performance.now();
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await Promise.resolve();
    slowest = Math.max(slowest, performance.now() - startedAt);
    await new Promise(requestAnimationFrame);
  }
  return slowest;
})()`;

/** How long the palette takes to find among so many symbols: the slowest of several texts, ms, the median of the rounds. */
export async function measurePalette(symbols: number, rounds: number): Promise<number> {
  const args = ['--sim-rate', '1000', '--sim-symbols', String(symbols)];
  const [browser, server] = await Promise.all([launchBrowser(), startServer(args)]);
  try {
    const { page } = await openPage(browser, `${server.url}/desk`);
    await page.getByLabel('Status').getByText('Connected').first().waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Symbol or command' }).fill('warm up');
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) times.push(await page.evaluate<number>(SLOWEST));
    return median(times);
  } finally {
    await browser.close();
    await server.stop();
  }
}
