import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';

/** What a page makes the browser fetch, KB (1000 bytes) gzipped. */
export interface PageWeight {
  /** Scripts that the page begins with. */
  readonly firstView: number;
  /** All scripts until the chart is drawn; the worker apart. */
  readonly desk: number;
  /** Of those, the chunk that holds Chart.js. */
  readonly chart: number;
  readonly worker: number;
  /** The page itself as it came, the styles that stand in it included. */
  readonly html: number;
  /** In the page and in files. */
  readonly styles: number;
  readonly fonts: number;
}

const SCRIPT = /\/_app\/immutable\/.+\.js$/;
const IMMUTABLE = /_app\/immutable\/[^>"']+?\.js/g;

/** `from"./chunk.js"` and `import"./chunk.js"`; an import that runs later has a parenthesis. */
const STATIC_IMPORT = /(?:from|import)\s*["'](\.[^"']+\.js)["']/g;

const kilobytes = (bytes: number): number => bytes / 1000;
const sum = (sizes: readonly number[]): number => kilobytes(sizes.reduce((total, size) => total + size, 0));

/** Paths of the scripts that a page names, as it came, and of what they import: all that runs before anything is fetched because of what runs. */
async function firstScripts(answer: Response, page: string): Promise<Set<string>> {
  const head = `${answer.headers.get('link') ?? ''} ${page}`;
  const named = new Set([...head.matchAll(IMMUTABLE)].map(([path]) => `/${path}`));
  // A set grows while it is walked.
  for (const path of named) {
    const url = new URL(path, answer.url);
    const script = await (await fetch(url)).text();
    for (const [, imported] of script.matchAll(STATIC_IMPORT)) named.add(new URL(imported!, url).pathname);
  }
  return named;
}

/** Paths of the scripts that the desk of a running server begins with. */
export async function deskBeginsWith(url: string): Promise<ReadonlySet<string>> {
  const answer = await fetch(`${url}/desk`);
  return firstScripts(answer, await answer.text());
}

/** Weighs the desk of a running server: gzip at the level of every server on the way, whatever it sent. */
export async function pageWeight(browser: Browser, url: string): Promise<PageWeight> {
  const answer = await fetch(`${url}/desk`);
  const text = await answer.text();
  const inlineStyles = [...text.matchAll(/<style[^>]*>(.*?)<\/style>/gs)].map(([, style]) => style).join('');
  const named = await firstScripts(answer, text);
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    // One would fetch every page, for later.
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  const fetched = new Set<string>();
  context.on('request', (request) => fetched.add(new URL(request.url()).pathname));
  page.on('worker', (worker) => fetched.add(new URL(worker.url()).pathname));
  const came = await page.goto(`${url}/desk`);
  const html = (await came!.request().sizes()).responseBodySize;
  await page.getByRole('application', { name: /^Price chart, / }).waitFor();
  // The legend comes with the first bars that are drawn.
  await page.locator('.price-chart .legend').first().waitFor();
  await context.close();

  const sizes = new Map<string, number>();
  const texts = new Map<string, string>();
  for (const path of fetched) {
    if (!path.startsWith('/_app/immutable/') && !path.endsWith('.woff2')) continue;
    const body = Buffer.from(await (await fetch(`${url}${path}`)).arrayBuffer());
    // Fonts are compressed in themselves.
    sizes.set(path, path.endsWith('.woff2') ? body.length : gzipSync(body).length);
    if (SCRIPT.test(path)) texts.set(path, body.toString('utf8'));
  }
  const of = (wanted: (path: string) => boolean): number =>
    sum([...sizes].filter(([path]) => wanted(path)).map(([, size]) => size));
  const isWorker = (path: string): boolean => path.includes('/workers/');
  const isScript = (path: string): boolean => SCRIPT.test(path) && !isWorker(path);
  return {
    firstView: of((path) => isScript(path) && named.has(path)),
    desk: of(isScript),
    chart: of((path) => isScript(path) && (texts.get(path) ?? '').includes('tickCandle')),
    worker: of(isWorker),
    html: kilobytes(html),
    styles: of((path) => path.endsWith('.css')) + kilobytes(gzipSync(inlineStyles).length),
    fonts: of((path) => path.endsWith('.woff2')),
  };
}
