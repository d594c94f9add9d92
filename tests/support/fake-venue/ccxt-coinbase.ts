import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { coinbaseScript } from './coinbase.ts';
import type { FakeVenue } from './fake-venue.ts';
import type { VenueScript } from './script.ts';

const SERVER = fileURLToPath(new URL('../../../server/', import.meta.url));

/** Coinbase as ccxt speaks with it: the fake has `level2_batch`, and ccxt asks for `level2`, with a signature. */
export function ccxtCoinbaseScript(): VenueScript {
  const coinbase = coinbaseScript();
  return {
    ...coinbase,
    answer(frame, refuse) {
      const request = JSON.parse(String(frame)) as { channels: string[] };
      const channels = request.channels.map((name) => (name === 'level2' ? 'level2_batch' : name));
      return coinbase.answer(JSON.stringify({ ...request, channels }), refuse);
    },
  };
}

/** The real ccxt with its addresses pointed at the fake, as a feed of the user's own. */
export function pointedCcxt(folder: string, fake: FakeVenue, symbols: readonly string[]): string {
  const path = join(folder, 'ccxt-feed.mjs');
  const module = (name: string): string => JSON.stringify(pathToFileURL(join(SERVER, name)).href);
  writeFileSync(
    path,
    `import { openCcxtFeed } from ${module('feeds/ccxt/feed.ts')};
import { systemClock } from ${module('clock.ts')};
const feed = await openCcxtFeed({
  name: 'ccxt:coinbaseexchange',
  symbols: ${JSON.stringify(symbols)},
  clock: systemClock,
  async prepare(exchange) {
    exchange.urls.api = { public: '${fake.restUrl}', private: '${fake.restUrl}', ws: '${fake.url}' };
    // A book wants a signature at Coinbase; currencies are no concern of a price.
    Object.assign(exchange, { apiKey: 'test', secret: 'dGVzdA==', password: 'test' });
    exchange.has.fetchCurrencies = false;
    // Without it ccxt refuses ws:// addresses.
    await exchange.loadHttpProxyAgent();
  },
});
export default () => feed;
`,
  );
  return path;
}
