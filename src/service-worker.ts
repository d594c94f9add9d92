import { build, version } from '$service-worker';

/** The part of a service worker's global scope that is used here. */
interface WorkerScope {
  readonly location: { readonly origin: string };
  addEventListener(type: 'install' | 'activate', listener: (event: Extendable) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchLike) => void): void;
}
interface Extendable {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchLike extends Extendable {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const scope = globalThis as unknown as WorkerScope;

/** Scripts, styles and the font of this version: their names change with their content. */
const ASSETS = `tickwire-assets-${version}`;
/** The newest page of each kind, for when there is no server. */
const PAGES = `tickwire-pages-${version}`;
/** Pages that may be shown without a server. What stands in other people's pages, files and the API are never kept. */
const KEPT = new Set(['desk', 'board', 'grid', 'heatmap', 'feeds', 'settings', 'replay', 'alerts', 'wall']);
const FIRST_PAGE = 'desk';

const known = new Set(build);

scope.addEventListener('install', (event) => {
  event.waitUntil(caches.open(ASSETS).then((cache) => cache.addAll(build)));
});

// A new version waits until the pages of the old one are closed: they may still load parts of it.
scope.addEventListener('activate', (event) => event.waitUntil(dropOldCaches()));

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== scope.location.origin) return;
  if (known.has(url.pathname)) event.respondWith(assetOf(request));
  else if (request.mode === 'navigate') {
    const kind = url.pathname === '/' ? FIRST_PAGE : (url.pathname.split('/')[1] ?? '');
    if (KEPT.has(kind)) event.respondWith(pageOf(event, kind));
  }
});

async function assetOf(request: Request): Promise<Response> {
  const kept = await (await caches.open(ASSETS)).match(request, { ignoreVary: true });
  return kept ?? fetch(request);
}

/** The server's page; without a server the newest one that was kept, whose prices say how old they are. */
async function pageOf(event: FetchLike, kind: string): Promise<Response> {
  try {
    const response = await fetch(event.request);
    if (response.ok && !response.redirected) event.waitUntil(keep(kind, response.clone()));
    return response;
  } catch (error) {
    const cache = await caches.open(PAGES);
    const kept = (await cache.match(`/${kind}`)) ?? (await cache.match(`/${FIRST_PAGE}`));
    if (kept === undefined) throw error;
    return kept;
  }
}

/** A page of another version needs scripts that are not here: it is left out. */
async function keep(kind: string, response: Response): Promise<void> {
  if (!(response.headers.get('content-type') ?? '').startsWith('text/html')) return;
  const html = await response.clone().text();
  const scripts = build.filter((path) => path.endsWith('.js'));
  if (!scripts.some((path) => html.includes(path.slice(1)))) return;
  await (await caches.open(PAGES)).put(`/${kind}`, response);
}

async function dropOldCaches(): Promise<void> {
  for (const name of await caches.keys())
    if (name.startsWith('tickwire-') && name !== ASSETS && name !== PAGES) await caches.delete(name);
}
