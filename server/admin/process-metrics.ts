import { Registry, collectDefaultMetrics } from 'prom-client';

/**
 * Metrics of prom-client that list every open socket, some of them twice: together 10 ms of a stopped event loop a scrape at
 * 8,000 sockets. `tickwire_connections` says it for nothing.
 */
const SLOW_WITH_MANY_SOCKETS = [
  'process_open_fds',
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests',
  'nodejs_active_requests_total',
  'nodejs_active_resources',
  'nodejs_active_resources_total',
] as const;

let registry: Registry | undefined;

/**
 * Processor time, memory, garbage collection and event loop lag of the process. One registry however many servers run in it:
 * what observes the process cannot be taken off again. Made at the first call, so that nothing is observed while nobody asks.
 */
export function processMetrics(): Registry {
  if (registry === undefined) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
    for (const name of SLOW_WITH_MANY_SOCKETS) registry.removeSingleMetric(name);
  }
  return registry;
}
