import { SOCKET_PATH } from '#protocol';
import { LiveMarket, type StreamKinds } from './live-market.ts';
import type { Market, PageSnapshot } from './market.ts';
import { SharedWorkerPort } from './shared-worker-port.ts';
import type { WorkerLike } from './worker-link.ts';

export interface CreateMarketOptions {
  /** What the server put into the page: shown until the socket brings more. */
  snapshot?: PageSnapshot;
  /** Default: the page's own server. */
  socketUrl?: string;
  worker?: () => WorkerLike;
  /** Runs once before the page draws next. */
  requestFrame?: (run: () => void) => void;
  /** Calls back with whether the page can be seen, now and with each change; returns the undo. */
  watchVisibility?: (tell: (isVisible: boolean) => void) => () => void;
  /** As `performance.now`. */
  nowMs?: () => number;
  /** Default: they are asked for when the market starts. */
  streams?: StreamKinds | (() => Promise<StreamKinds>);
}

/** The market of this page. May be called on the server: nothing of the browser is touched before `start`. */
export function createMarket(options: CreateMarketOptions = {}): Market {
  return new LiveMarket({
    snapshot: options.snapshot,
    url: () => options.socketUrl ?? ownSocketUrl(location.href),
    createWorker: options.worker ?? (() => sharedWorker() ?? createWorker()),
    createFallback: options.worker === undefined ? createWorker : undefined,
    requestFrame: options.requestFrame ?? ((run) => void requestAnimationFrame(run)),
    watchVisibility: options.watchVisibility ?? watchPageVisibility,
    nowMs: options.nowMs ?? (() => performance.now()),
    streams: options.streams ?? (() => import('./streams.ts')),
  });
}

/** The socket of the server that a page came from. */
export function ownSocketUrl(pageUrl: string): string {
  const url = new URL(SOCKET_PATH, pageUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

function createWorker(): WorkerLike {
  return new Worker(new URL('../client/worker.ts', import.meta.url), { type: 'module', name: 'tickwire' });
}

/** The worker of all tabs of this browser; null where there is none. */
function sharedWorker(): WorkerLike | null {
  if (typeof SharedWorker === 'undefined') return null;
  try {
    const worker = new SharedWorker(new URL('../client/shared-worker.ts', import.meta.url), {
      type: 'module',
      name: 'tickwire',
    });
    return new SharedWorkerPort(worker.port, worker);
  } catch {
    return null;
  }
}

/** A page that is frozen or put into the back-forward cache was told to be hidden before, so that one event says all. */
function watchPageVisibility(tell: (isVisible: boolean) => void): () => void {
  const say = (): void => tell(document.visibilityState === 'visible');
  say();
  document.addEventListener('visibilitychange', say);
  return () => document.removeEventListener('visibilitychange', say);
}
