import { afterEach, describe, expect, it } from 'vitest';
import { tinyScript } from '../../../../support/fake-venue/tiny/tiny-script.ts';
import { VenueWorld } from '../../../../support/fake-venue/venue-world.ts';
import { SeededRandom } from '../../../../support/seeded-random.ts';

const SYMBOLS = 1_000;
const CONNECTIONS_MAX = 4;

let world: VenueWorld;
afterEach(() => world.close());

function thousand() {
  const listing = { name: '', assetClass: 'crypto', currency: 'USD', tick: '0.01', lot: '0.001' } as const;
  const symbols = Array.from({ length: SYMBOLS }, (_, at) => `S${at}`);
  return tinyScript({
    symbolsPerConnection: 500,
    connectionsMax: CONNECTIONS_MAX,
    connectionLifeMs: 120_000,
    listings: () => Promise.resolve(symbols.map((symbol) => ({ symbol, ...listing }))),
  });
}

describe('a storm of demand and faults', () => {
  it.each([1, 4])(
    'leaves what is watched live, and no trade twice (seed %i)',
    async (seed) => {
      const random = new SeededRandom(seed);
      world = await VenueWorld.idle(thousand());
      const { fake, feed, ids, clock } = world;
      const wanted = new Set<number>();
      let mostConnections = 0;
      for (let round = 0; round < 60; round += 1) {
        const from = random.below(SYMBOLS);
        const some = ids.slice(from, from + 1 + random.below(400));
        const fault = random.below(12);
        if (random.below(3) > 0) {
          feed.subscribe(some);
          for (const id of some) wanted.add(id);
        } else {
          feed.unsubscribe(some);
          for (const id of some) wanted.delete(id);
        }
        const symbol = `S${random.below(SYMBOLS)}`;
        fake.send(fake.script.trade(fake.makeTrade(symbol, clock.nowUs())));
        if (fault === 0) fake.cut();
        else if (fault === 1) fake.misconduct.refuseUpgrades = 503;
        else if (fault === 2) fake.misconduct.ignoreFrames = true;
        else if (fault === 3) fake.send(fake.script.badChecksum(symbol)!);
        else if (fault === 4) fake.send(fake.script.plannedShutdown()!);
        else if (fault === 5) clock.stall(5_000);
        else if (fault === 6) fake.misconduct.mute = true;
        else if (fault === 7) void world.supervisor.restart();
        else if (fault === 8) fake.script.trade(fake.makeTrade(symbol, clock.nowUs()));
        else if (fault < 11) {
          Object.assign(fake.misconduct, { refuseUpgrades: 0, ignoreFrames: false, mute: false });
          for (const trade of fake.trades.slice(-20)) fake.send(fake.script.trade(trade));
        }
        await world.run(250 * random.below(12));
        mostConnections = Math.max(mostConnections, fake.connections.size);
      }
      Object.assign(fake.misconduct, { refuseUpgrades: 0, ignoreFrames: false, mute: false });
      const isHealed = (): boolean => feed.report().instruments.live === wanted.size;
      expect(await world.runUntil(isHealed, 200_000), JSON.stringify(feed.report().instruments)).toBe(true);
      for (const [at, { symbol }] of world.definitions.entries()) {
        if (wanted.has(at)) expect(world.trust.get(symbol)).toBe('');
        const traded = world.tradeIds(symbol);
        expect(new Set(traded).size).toBe(traded.length);
      }
      expect(mostConnections).toBeLessThanOrEqual(CONNECTIONS_MAX);
      await world.supervisor.close();
      await world.settle();
      expect([fake.connections.size, clock.pendingTimers]).toEqual([0, 0]);
    },
    60_000,
  );
});
