import { invariant } from '#protocol';
import type { CDPSession, Page } from 'playwright-core';
import { median } from '../rounds.ts';

/** How a page keeps up with what it is sent. */
export interface PagePace {
  readonly framesPerSecond: number;
  /** Time that its main thread spends in scripts, ms a second; workers are not in it. */
  readonly scriptMsPerSecond: number;
}

/** Time that the page's main thread has spent in scripts so far. */
export async function scriptSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  const found = metrics.find(({ name }) => name === 'ScriptDuration');
  invariant(found !== undefined, 'Chromium measures its scripts');
  return found.value;
}

/** Frames of a while, a second, by the page's own clock. In words: this side knows no page. */
const framesPerSecond = (page: Page, durationMs: number): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve) => {
    let frames = -1;
    let startMs = 0;
    const step = (nowMs) => {
      if (startMs === 0) startMs = nowMs;
      frames += 1;
      if (nowMs - startMs < ${durationMs}) requestAnimationFrame(step);
      else resolve((frames * 1000) / (nowMs - startMs));
    };
    requestAnimationFrame(step);
  })`);

/** Medians of so many rounds. */
export async function pagePace(page: Page, rounds: number, roundMs: number): Promise<PagePace> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const frames: number[] = [];
  const scripts: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    const before = await scriptSeconds(session);
    frames.push(await framesPerSecond(page, roundMs));
    const spentMs = ((await scriptSeconds(session)) - before) * 1000;
    scripts.push((spentMs * 1000) / (performance.now() - startedAt));
  }
  await session.detach();
  return { framesPerSecond: median(frames), scriptMsPerSecond: median(scripts) };
}
