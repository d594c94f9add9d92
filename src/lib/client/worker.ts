import { WorkerHost } from './worker-host.ts';
import type { PageToWorker, WorkerToPage } from './worker-api.ts';

/** The part of a dedicated worker's global scope that is used here. */
interface WorkerScope {
  postMessage(message: WorkerToPage, transfer: ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: { data: PageToWorker }) => void): void;
  addEventListener(type: 'online', listener: () => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const host = new WorkerHost({ post: (message, transfer) => scope.postMessage(message, transfer) });
scope.addEventListener('message', (event) => host.take(event.data));
scope.addEventListener('online', () => host.onOnline());
