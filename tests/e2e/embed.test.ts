import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeViolations } from './support/axe.ts';
import { launchBrowser, openPage } from './support/browser.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

/** What a machine under load needs for a step. */
const SOON = { timeout: 15_000 };

let browser: Browser;
let server: ServerProcess;
/** Somebody else's page, at another origin. */
let host: Server;
let hostUrl: string;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startServer(['--sim-rate', '2000'])]);
  host = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://host').searchParams.get('path') ?? '';
    response.setHeader('content-type', 'text/html');
    response.end(
      `<!doctype html><html lang="en"><title>host</title><iframe title="quote" width="480" height="320" src="${server.url}${path}"></iframe>` +
        `<img alt="quote" src="${server.url}/embed/BTC-USD.svg?theme=dark">`,
    );
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  hostUrl = `http://localhost:${(host.address() as AddressInfo).port}`;
});

afterAll(async () => {
  host?.close();
  await browser?.close();
  await server?.stop();
});

describe('a quote in somebody else’s page', () => {
  test('is framed, ticks, and has the chart that was asked for', async () => {
    const path = encodeURIComponent('/embed/BTC-USD?theme=light&chart=candle&tf=5m');
    const { page, errors } = await openPage(browser, `${hostUrl}/?path=${path}`);
    const frame = page.frameLocator('iframe');
    const price = () => frame.locator('.last').innerText();
    await frame.getByRole('application', { name: /BTC-USD, 5m bars/ }).waitFor();
    const before = await price();
    await expect.poll(price, { timeout: 15_000 }).not.toBe(before);
    expect(await frame.locator('html').getAttribute('data-theme')).toBe('light');
    await frame.getByText(/last trade .* ago$/).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('stands also in a page that is tried out from a disk', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tickwire-embed-'));
    const file = join(folder, 'post.html');
    writeFileSync(file, `<iframe title="quote" src="${server.url}/embed/BTC-USD"></iframe>`);
    const { page, errors } = await openPage(browser, pathToFileURL(file).href);
    await page
      .frameLocator('iframe')
      .getByText(/last trade .* ago$/)
      .waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
    rmSync(folder, { recursive: true });
  });

  test('leaves the wheel to the page around it, which is scrolled under the pointer', async () => {
    const { page } = await openPage(browser, `${hostUrl}/?path=${encodeURIComponent('/embed/BTC-USD')}`);
    await page.addStyleTag({ content: 'body { height: 3000px }' });
    const chart = page.frameLocator('iframe').getByRole('application');
    await chart.hover();
    await page.mouse.wheel(0, 200);
    await expect.poll(() => page.evaluate(() => scrollY), SOON).toBeGreaterThan(100);
    // Nor does it name keys that do nothing here.
    expect(await chart.getAttribute('aria-label')).not.toContain('table');
    await page.context().close();
  });

  test('says that it is gone when a server that was started anew does not have it', async () => {
    const own = await startServer(['--sim-rate', '500']);
    const { page, errors } = await openPage(browser, `${own.url}/embed/SOL-USD`);
    // It is connected: before that it would not lose a connection.
    const price = page.locator('.price');
    const first = await price.innerText();
    await expect.poll(() => price.innerText(), SOON).not.toBe(first);
    await own.stop();
    await page.getByText(/^Reconnecting\. Showing \d\d:\d\d:\d\d UTC\.$/).waitFor();
    const fewer = await startServer(['--sim-rate', '500', '--sim-symbols', '5'], own.port);
    try {
      await page.getByText('No feed has SOL-USD now.').waitFor();
      expect((await price.innerText()).trim()).toBe('');
      expect(errors.filter((text) => !text.includes('WebSocket'))).toEqual([]);
    } finally {
      await page.context().close();
      await fewer.stop();
    }
  });

  test('is a picture too, without scripts', async () => {
    const { page } = await openPage(browser, `${hostUrl}/?path=`);
    await expect
      .poll(
        () =>
          page
            .locator('img')
            .evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]),
        SOON,
      )
      .toEqual([320, 84]);
    await page.context().close();
  });

  test.each(['/desk', '/feeds', '/settings', '/wall', '/board'])('%s refuses to be framed', async (path) => {
    const answer = await fetch(`${server.url}${path}`);
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    const { page } = await openPage(browser, `${hostUrl}/?path=${encodeURIComponent(path)}`);
    const frame = page.frames().find((it) => it !== page.mainFrame());
    expect(frame?.url() ?? '').not.toContain(path);
    await page.context().close();
  });

  test('keeps the rest of the policy, and only its own pages are opened to frames', async () => {
    const policy = (await fetch(`${server.url}/embed/BTC-USD`)).headers.get('content-security-policy')!;
    expect(policy).toContain('frame-ancestors *');
    expect(policy).toContain("object-src 'none'");
    expect(policy).toMatch(/script-src 'self' 'nonce-/);
    const foreign = (await fetch(`${server.url}/embedded`)).headers.get('content-security-policy');
    expect(foreign).not.toContain('frame-ancestors *');
  });

  test('says of an unknown symbol that no feed has it, with the status 404', async () => {
    const answer = await fetch(`${server.url}/embed/NOPE`);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('No feed has NOPE now.');
    expect((await fetch(`${server.url}/embed/NOPE.svg`)).status).toBe(404);
  });

  test('takes a symbol with a slash, as page and as picture', async () => {
    expect((await fetch(`${server.url}/embed/EUR%2FUSD`)).status).toBe(200);
    expect(await (await fetch(`${server.url}/embed/EUR%2FUSD.svg`)).text()).toContain('EUR/USD');
  });

  test.each([
    [240, 64],
    [240, 120],
    [300, 90],
  ])('has all its words in %i x %i px', async (width, height) => {
    const { page } = await openPage(browser, `${server.url}/embed/BTC-USD`, { viewport: { width, height } });
    await page.getByText(/last trade .* ago$/).waitFor();
    for (const part of ['h1', '.last', '.moved', '.age']) {
      const box = (await page.locator(part).boundingBox())!;
      expect(box.y, part).toBeGreaterThanOrEqual(0);
      expect(box.y + box.height, part).toBeLessThanOrEqual(height);
      expect(box.x + box.width, part).toBeLessThanOrEqual(width);
    }
    const isCut = await page.locator('.age').evaluate((it) => it.scrollWidth > it.clientWidth);
    expect(isCut).toBe(false);
    expect(await page.locator('.chart').isVisible()).toBe(false);
    await page.context().close();
  });

  test.each(['dark', 'light'])('breaks no rule of accessibility, %s', async (theme) => {
    const { page } = await openPage(browser, `${server.url}/embed/BTC-USD?theme=${theme}`, {
      viewport: { width: 420, height: 280 },
    });
    await page.getByRole('application').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(420);
    await page.context().close();
  });
});
