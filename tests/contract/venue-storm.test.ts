import { afterEach, describe, expect, it } from 'vitest';
import { VenueWorld } from '../support/fake-venue/venue-world.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { VENUE_SCRIPTS } from '../support/fake-venue/venue-scripts.ts';

const SEEDS = [1, 2, 3];
const ROUNDS = 40;
/** The longest pause between attempts, then the time to answer, twice. */
const HEALED_MS = 240_000;

let world: VenueWorld;
afterEach(() => world.close());

/** One thing that may happen to a feed, chosen by the seed. */
async function happen(
  { fake, feed, ids, clock, supervisor }: VenueWorld,
  random: SeededRandom,
): Promise<void> {
  const { script, misconduct } = fake;
  const symbol = random.pick(script.symbols);
  const trade = () => script.trade(fake.makeTrade(symbol, clock.nowUs()));
  const change = script.bookChange(symbol);
  const healthy = {
    refuseUpgrades: 0,
    ignoreFrames: false,
    mute: false,
    cutAnswers: false,
    restFails: false,
  };
  const ways: (() => void)[] = [
    () => feed.subscribe([random.pick(ids)]),
    () => feed.unsubscribe([random.pick(ids)]),
    () => fake.send(trade()),
    () => void trade(),
    () => {
      const late = trade();
      fake.send(trade());
      fake.send(late);
    },
    () => {
      if (change !== null) fake.send(change);
    },
    () => fake.cut(),
    () => clock.stall(5_000),
    () => void supervisor.restart(),
    () => void (misconduct.ignoreFrames = true),
    () => void (misconduct.mute = true),
    () => void (misconduct.cutAnswers = true),
    () => void (misconduct.restFails = true),
    () => void (misconduct.refuseUpgrades = 503),
    () => void Object.assign(misconduct, healthy),
    () => void Object.assign(misconduct, healthy),
    () => fake.send(script.wrongType(symbol)),
    () => fake.send(script.unknownSymbol()),
    () => fake.send('{"half a frame'),
    () => fake.send(script.badChecksum(symbol) ?? script.unknownKind()),
    () => fake.send(script.plannedShutdown() ?? script.rateLimit() ?? script.unknownKind()),
  ];
  random.pick(ways)();
}

describe.each(Object.entries(VENUE_SCRIPTS))('the feed of %s in a storm', (_, makeScript) => {
  it.each(SEEDS)('has everything live in the end, and no trade twice (seed %i)', async (seed) => {
    const random = new SeededRandom(seed);
    world = await VenueWorld.live(makeScript());
    const { fake, feed, ids, clock } = world;
    for (let round = 0; round < ROUNDS; round += 1) {
      await happen(world, random);
      await world.run(250 * random.below(16));
      expect(fake.connections.size).toBeLessThanOrEqual(fake.script.venue.connectionsMax);
    }
    Object.assign(fake.misconduct, {
      ...{ refuseUpgrades: 0, ignoreFrames: false, mute: false, cutAnswers: false, restFails: false },
    });
    feed.subscribe(ids);
    expect(
      await world.runUntil(() => world.isLive, HEALED_MS),
      `${JSON.stringify([...world.trust])} ${JSON.stringify(feed.report())}`,
    ).toBe(true);
    for (const symbol of fake.script.symbols) {
      const last = world.trade(symbol);
      await world.run(3_000);
      const traded = world.tradeIds(symbol);
      expect(traded.at(-1)).toBe(last);
      expect(new Set(traded).size).toBe(traded.length);
    }
    await world.supervisor.close();
    await world.settle();
    expect([fake.connections.size, clock.pendingTimers]).toEqual([0, 0]);
  });
});
