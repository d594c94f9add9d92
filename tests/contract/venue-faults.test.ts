import { afterEach, describe, expect, it } from 'vitest';
import { VENUE_FAULTS, type Deadline, type VenueFaultCase } from '../support/fake-venue/faults.ts';
import type { VenueScript } from '../support/fake-venue/script.ts';
import { VenueWorld } from '../support/fake-venue/venue-world.ts';
import { VENUE_SCRIPTS } from './venue-scripts.ts';

/** Deadlines are looked at this often. */
const TICK_MS = 250;
/** Pauses between attempts, connecting and subscribing again included. */
const RECOVERY_MS = 90_000;

function limitMs(within: Deadline, { venue }: VenueScript): number {
  switch (within) {
    case 'heartbeats':
      return Math.max(2_500, (2 * venue.silenceMaxMs) / 3);
    case 'silence':
      return venue.silenceMaxMs + 2 * TICK_MS;
    case 'answers':
      return 2 * venue.ackTimeoutMs + 4 * TICK_MS;
    case 'connect':
      return venue.connectTimeoutMs + 2 * TICK_MS;
    default:
      return within satisfies never;
  }
}

const countOf = (world: VenueWorld, { counted }: VenueFaultCase): number =>
  counted.reduce((sum, name) => sum + world.counter(name), 0);

let world: VenueWorld;
afterEach(() => world.close());

describe.each(Object.entries(VENUE_SCRIPTS))('the feed of %s', (_, makeScript) => {
  it('is live, with a trade and a book', async () => {
    world = await VenueWorld.live(makeScript());
    const [symbol] = world.fake.script.symbols;
    const id = world.trade(symbol);
    await world.settle();
    expect(world.isLive).toBe(true);
    expect(world.state).toBe('live');
    expect(world.tradeIds(symbol)).toEqual([id]);
  });

  const cases = VENUE_FAULTS.filter((fault) => fault.applies?.(makeScript()) ?? true);

  it.each(cases)('notices, counts and tells $name', async (fault) => {
    const script = makeScript();
    const [symbol, other] = script.symbols;
    world = fault.from === 'start' ? await VenueWorld.idle(script) : await VenueWorld.live(script);
    if (fault.from !== 'start') {
      world.trade(symbol);
      await world.settle();
      expect(world.isLive).toBe(true);
    }
    const before = countOf(world, fault);
    const toldBefore = world.told.length + world.feed.report().problems.length;

    await fault.inject(world, symbol);
    if (fault.from === 'start') world.feed.subscribe(world.ids);
    const noticed = await world.runUntil(() => countOf(world, fault) > before, limitMs(fault.within, script));
    expect(noticed, `counted as ${fault.counted.join(' or ')}`).toBe(true);

    const told = [...world.told, ...world.feed.report().problems.map(({ message }) => message)];
    const isQuietCounter = ['duplicate_trades', 'out_of_order_trades', 'gaps_filled'].includes(
      fault.counted[0]!,
    );
    if (!isQuietCounter) expect(told.length).toBeGreaterThan(toldBefore);
    if (fault.shown === 'stale') {
      expect(world.told.slice(fault.from === 'start' ? 0 : 2).join('\n')).toMatch(new RegExp(`${symbol}: .`));
      if (fault.from === 'start') expect(world.trust.get(symbol)).not.toBe('');
    } else {
      expect(world.trust.get(symbol)).toBe('');
    }

    fault.mend?.(world);
    if (fault.recovers) {
      expect(await world.runUntil(() => world.isLive, RECOVERY_MS)).toBe(true);
      world.trade(symbol);
      world.trade(other);
      await world.run(3_000);
      expect(world.isLive).toBe(true);
    } else {
      expect(world.trust.get(symbol)).not.toBe('');
    }
    const ids = world.tradeIds(symbol);
    expect(new Set(ids).size).toBe(ids.length);
    if (fault.keepsTrades && fault.recovers) {
      const made = world.fake.trades.filter((trade) => trade.symbol === symbol).map(({ id }) => String(id));
      expect([...ids].sort()).toEqual(made.sort());
    }
  });

  it('measures by how much the clocks differ, and shows the times as they came', async () => {
    world = await VenueWorld.live(makeScript());
    const { fake, clock } = world;
    const [symbol] = fake.script.symbols;
    for (let second = 0; second < 30; second += 1) {
      fake.send(fake.script.trade(fake.makeTrade(symbol, clock.nowUs() + 1_250_000)));
      await world.run(1_000);
    }
    expect(world.supervisor.status().skewMs).toBeCloseTo(-1_250, -1);
    expect(world.events.filter(({ type }) => type === 'trade')).toHaveLength(30);
  });

  it('leaves no socket and no timer behind', async () => {
    world = await VenueWorld.live(makeScript());
    await world.supervisor.close();
    await world.settle();
    expect([world.fake.connections.size, world.clock.pendingTimers]).toEqual([0, 0]);
  });
});
