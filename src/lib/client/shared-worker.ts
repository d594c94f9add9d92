import { SharedHost } from './shared-host.ts';
import type { PageToWorker, WorkerToPage } from './worker-api.ts';

/** The part of a port to a page that is used here. */
interface PagePort {
  postMessage(message: WorkerToPage, transfer: ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: { data: PageToWorker }) => void): void;
  start(): void;
}

/** The part of a shared worker's global scope that is used here. */
interface SharedWorkerScope {
  addEventListener(type: 'connect', listener: (event: { ports: readonly PagePort[] }) => void): void;
  addEventListener(type: 'online', listener: () => void): void;
}

const scope = globalThis as unknown as SharedWorkerScope;
const host = new SharedHost();

scope.addEventListener('connect', ({ ports }) => {
  for (const port of ports) {
    const page = host.connect((message, transfer) => port.postMessage(message, transfer));
    let watched: string | null = null;
    port.addEventListener('message', ({ data }) => {
      page.take(data);
      if (data.type !== 'alive' || data.lock === null || watched !== null) return;
      watched = data.lock;
      // Granted when the page that holds it ends, however it ends. What cannot be watched is known by its silence.
      navigator.locks
        .request(watched, () => page.gone())
        .catch(() => page.take({ type: 'alive', lock: null }));
    });
    port.start();
  }
});
scope.addEventListener('online', () => host.onOnline());
