import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invariant } from '#protocol';
import type { Page } from 'playwright-core';
import { launchBrowser, openPage } from '../../e2e/support/browser.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { startServer } from '../../support/server-process.ts';
import { simulatedTape } from '../../support/simulated-tape.ts';

/** For so long nothing on the page may change before it counts as settled, ms; and how long that may take. */
const QUIET_MS = 600;
const SETTLE_MS_MAX = 10_000;

export interface SeekSizes {
  readonly symbols: number;
  readonly eventsPerSecond: number;
  readonly seconds: number;
  readonly seeks: number;
}

/**
 * Notes when a text of the desk changed last: prices, levels, trades, movers, and of the chart the line that says its last bar, which it
 * writes with what it draws. Not the replay's bar. In words: this side knows no page.
 */
const WATCH = `(() => {
  const seen = (globalThis.seen = { pressedMs: 0, changedMs: 0 });
  const isPanel = ({ target }) =>
    (target.nodeType === Node.TEXT_NODE ? target.parentElement : target)?.closest('[aria-label="Replay"], [aria-live]') === null;
  new MutationObserver((changes) => {
    if (changes.some(isPanel)) seen.changedMs = performance.now();
  }).observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true });
  addEventListener('pointerup', () => { seen.pressedMs = performance.now(); }, { capture: true });
})()`;

/** From the press to the last change of any panel, once the page stands still again, ms. */
const settledMs = (page: Page): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve, reject) => {
    const { seen } = globalThis;
    const look = () => {
      const nowMs = performance.now();
      if (nowMs - seen.pressedMs > ${SETTLE_MS_MAX}) reject(new Error('the page does not come to rest'));
      else if (nowMs - Math.max(seen.changedMs, seen.pressedMs) < ${QUIET_MS}) setTimeout(look, 50);
      else resolve(seen.changedMs - seen.pressedMs);
    };
    look();
  })`);

/** Times from a press on the bar of a paused replay until the last panel of the desk shows the instant, ms. */
export async function measureSeeks(sizes: SeekSizes): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tickwire-bench-'));
  const path = join(folder, 'long.tape');
  simulatedTape(path, sizes);
  const [browser, server] = await Promise.all([launchBrowser(), startServer(['--replay', path])]);
  try {
    const { page } = await openPage(browser, `${server.url}/desk`);
    await page.getByLabel('Status').getByText('Connected').first().waitFor();
    // It waits for its first viewer: it is paused once it has played.
    await page
      .getByRole('button', { name: /^Pause/ })
      .first()
      .click();
    await page
      .getByText(/REPLAY.*· paused/)
      .first()
      .waitFor();
    const bar = await page.getByRole('slider').boundingBox();
    invariant(bar !== null, 'the bar of a replay is on the page');
    await page.evaluate(WATCH);
    const random = new SeededRandom(3);
    const times: number[] = [];
    for (let seek = -2; seek < sizes.seeks; seek += 1) {
      const place = random.between(5, 95) / 100;
      await page.mouse.click(bar.x + bar.width * place, bar.y + bar.height / 2);
      const tookMs = await settledMs(page);
      // The first ones compile what the others run.
      if (seek >= 0) times.push(tookMs);
    }
    return times;
  } finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
