import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { packagePath } from '../../../server/package-root.ts';
import { launchBrowser } from '../../e2e/support/browser.ts';
import { pagePace, type PagePace } from './page-pace.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};
/** How often the table is given what changed since, ms: as often as the board is. */
const BATCH_MS = 100;

/**
 * Perspective's grid with the columns of the board, in the way that its documentation shows: the table in its worker, rows given to it as
 * objects that are ready made, so that neither a socket nor a decoder is counted on its side.
 */
const html = (symbols: number, updatesPerSecond: number): string => `<!doctype html>
<link rel="stylesheet" href="/@perspective-dev/viewer/dist/css/pro-dark.css">
<body style="margin:0"><perspective-viewer style="position:absolute;inset:0"></perspective-viewer>
<script type="module">
import perspective from '/@perspective-dev/client/dist/cdn/perspective.js';
import '/@perspective-dev/viewer/dist/cdn/perspective-viewer.js';
import '/@perspective-dev/viewer-datagrid/dist/cdn/perspective-viewer-datagrid.js';
const row = (at, n) => ({
  symbol: 'SYM' + at, venue: 'SIM', last: 100 + at + (n % 100) / 100, change: (n % 200) - 100, percent: (n % 40) / 10,
  bid: 99 + at, ask: 101 + at, high: 120 + at, low: 80 + at, volume: n,
});
const worker = await perspective.worker();
const rows = Array.from({ length: ${symbols} }, (_, at) => row(at, 0));
const table = await worker.table(rows, { index: 'symbol', name: 'board' });
const viewer = document.querySelector('perspective-viewer');
await viewer.load(worker);
await viewer.restore({ table: 'board', plugin: 'Datagrid', settings: false });
let n = 0;
setInterval(() => {
  const changed = [];
  for (let k = 0; k < ${Math.round((updatesPerSecond * BATCH_MS) / 1000)}; k += 1) {
    changed.push(row((n * 7 + k * 13) % ${symbols}, n));
    n += 1;
  }
  table.update(changed);
}, ${BATCH_MS});
window.ready = true;
</script>`;

function serve(page: string): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(page);
      return;
    }
    readFile(packagePath(`node_modules${pathname}`)).then(
      (bytes) =>
        response
          .writeHead(200, { 'content-type': TYPES[extname(pathname)] ?? 'application/octet-stream' })
          .end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** Perspective's grid at so many updates a second, in a Chromium of its own. */
export async function measurePerspective(options: {
  symbols: number;
  updatesPerSecond: number;
  rounds: number;
  roundMs: number;
}): Promise<PagePace> {
  const { symbols, updatesPerSecond, rounds, roundMs } = options;
  const [browser, server] = await Promise.all([launchBrowser(), serve(html(symbols, updatesPerSecond))]);
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction('window.ready === true');
    return await pagePace(page, rounds, roundMs);
  } finally {
    await browser.close();
    server.close();
  }
}
