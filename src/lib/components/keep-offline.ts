import { dev } from '$app/environment';

/** How long a page has the connection to itself before all that shows it without one is fetched, ms. */
const SETTLED_MS = 3_000;

/** Lets this browser keep the pages for when there is no server. Does nothing where that is not possible. @returns stops what has not begun */
export function keepOffline(): () => void {
  const timer = setTimeout(() => {
    if (!dev) navigator.serviceWorker?.register('/service-worker.js').catch(() => {});
  }, SETTLED_MS);
  return () => clearTimeout(timer);
}
