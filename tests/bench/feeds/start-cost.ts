// What does it take until a feed could connect? Each in a process of its own, from nothing to a connection's translator.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { VenuePort } from '../../../server/feeds/venue/ports.ts';

const FILE = fileURLToPath(import.meta.url);
const CCXT = 'ccxt';

export interface StartCost {
  readonly ms: number;
  readonly megabytes: number;
}

/** @param name a venue, or `ccxt` for the import of ccxt alone. Null when it cannot be loaded. */
export function startCost(name: string): Promise<StartCost | null> {
  return new Promise((resolve) => {
    let cost: StartCost | null = null;
    const child = fork(FILE, [name]);
    child.on('message', (message) => {
      cost = message as StartCost;
    });
    child.on('error', () => resolve(null));
    child.on('exit', () => resolve(cost));
  });
}

async function load(name: string): Promise<void> {
  if (name === CCXT) {
    await import('ccxt');
    return;
  }
  const { loadVenue } = await import('../../../server/feeds/venues.ts');
  const venue = await loadVenue(name);
  venue.connect({
    rest: { text: () => Promise.reject(new Error('Nobody is asked.')) },
  } as unknown as VenuePort);
}

if (process.argv[1] === FILE) {
  const rss = process.memoryUsage().rss;
  const startedAt = performance.now();
  try {
    await load(process.argv[2]!);
    process.send!({
      ms: performance.now() - startedAt,
      megabytes: Math.max(0.1, (process.memoryUsage().rss - rss) / 1e6),
    } satisfies StartCost);
  } finally {
    process.disconnect();
  }
}
