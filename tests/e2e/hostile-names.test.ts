import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DESKTOP, launchBrowser, openPage } from './support/browser.ts';
import { connected } from './support/connected.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';

const TOKEN = 'a-token-of-this-test-alone';
const SYMBOL = '<img/src=x/onerror=window.taken=1>';
const NAME = '"><script>window.taken=1</script><b onmouseover=window.taken=1>';

let browser: Browser;
let server: ServerProcess;

beforeAll(async () => {
  [browser, server] = await Promise.all([
    launchBrowser(),
    startServer(['--sim-symbols', '3'], 0, { TICKWIRE_INGEST_TOKEN: TOKEN }),
  ]);
  const rows = [
    { type: 'instrument', venue: 'desk', symbol: SYMBOL, name: NAME, tick: '0.01', lot: '1' },
    { type: 'trade', venue: 'desk', symbol: SYMBOL, price: '101.25', size: '100' },
    { type: 'quote', venue: 'desk', symbol: SYMBOL, bid: '101.24', ask: '101.26' },
  ];
  const answer = await fetch(`${server.url}/api/ingest`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(rows),
  });
  expect(await answer.json()).toMatchObject({ taken: 2, instruments: 1 });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

test.each([
  '/desk',
  `/desk/${encodeURIComponent(SYMBOL)}`,
  '/board',
  '/grid',
  '/heatmap',
  '/wall',
  '/feeds',
  `/embed/${encodeURIComponent(SYMBOL)}`,
])('[SEC19] a name of markup is text on %s', async (path) => {
  const { page, errors } = await openPage(browser, `${server.url}${path}`);
  if (path.startsWith('/embed')) await page.getByText('101.2').first().waitFor();
  else if (!path.startsWith('/wall')) await connected(page);
  if (path === '/board' || path === '/desk') await page.getByText(SYMBOL).first().waitFor();
  expect(await page.evaluate(() => 'taken' in window)).toBe(false);
  expect(await page.locator('img[src="x"], b[onmouseover]').count()).toBe(0);
  expect(errors).toEqual([]);
  await page.context().close();
});

test('a long name gives way to the menus of the chart, and a long price stays in its card', async () => {
  const symbol = 'LONG-2026-12-25-CALL-123456.789-EUROPEAN-STYLE-CASH';
  const answer = await fetch(`${server.url}/api/ingest`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify([{ type: 'trade', venue: 'desk', symbol, price: '9876543.12345678', size: '1' }]),
  });
  expect(answer.status).toBe(200);
  const { page } = await openPage(browser, `${server.url}/desk/${encodeURIComponent(symbol)}`, DESKTOP);
  await connected(page);
  const right = (element: Element): number => Math.ceil(element.getBoundingClientRect().right);
  const chart = page.getByRole('region', { name: 'Chart', exact: true });
  await chart.getByRole('heading', { name: symbol }).waitFor();
  const end = await chart.evaluate(right);
  await expect.poll(() => chart.locator('.tools').first().evaluate(right)).toBeLessThanOrEqual(end);
  const low = page.locator('dl dd').last();
  await expect.poll(() => low.textContent()).toMatch(/9,876,543/);
  expect(await low.evaluate(right)).toBeLessThanOrEqual(await page.evaluate(() => innerWidth));
  await page.context().close();
});

test('[SEC19] the picture of a quote holds such a name as text, and no page runs scripts that are not its own', async () => {
  const picture = await (await fetch(`${server.url}/embed/${encodeURIComponent(SYMBOL)}.svg`)).text();
  expect(picture).toContain('&lt;img/src=x');
  expect(picture).not.toMatch(/<(?:img|script|b)\b/);
  const html = await fetch(`${server.url}/desk`);
  expect(await html.text()).not.toContain(NAME);
  const policy = html.headers.get('content-security-policy')!;
  expect(policy).toMatch(/script-src 'self' 'nonce-[^']+'(?:;|$)/);
  expect(policy).toContain("connect-src 'self'");
  expect(policy).not.toContain('unsafe-eval');
});
