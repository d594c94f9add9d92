import { afterEach, describe, expect, it } from 'vitest';
import { VENUE_FAULTS, type VenueFaultCase } from '../support/fake-venue/faults.ts';
import { VenueWorld } from '../support/fake-venue/venue-world.ts';
import { VENUE_SCRIPTS } from '../support/fake-venue/venue-scripts.ts';

/** Pauses between attempts, connecting and subscribing again included. */
const RECOVERY_MS = 90_000;
/** How many of the faults each venue can have at least. */
const FAULTS_MIN = 20;

const countOf = (world: VenueWorld, { counted }: VenueFaultCase): number =>
  counted.reduce((sum, name) => sum + world.counter(name), 0);

let world: VenueWorld;
afterEach(() => world.close());

/** What is missing is marked, once and with both ends; and nothing that is not. */
function expectMarks(
  of: VenueWorld,
  { missing, recovers }: VenueFaultCase,
  symbol: string,
  begunUs: number,
): void {
  if (!recovers) return;
  const marks = of.gapsOf(symbol);
  for (const { fromTimeUs, toTimeUs } of of.gaps) {
    expect(fromTimeUs).toBeLessThanOrEqual(toTimeUs);
    expect(toTimeUs).toBeGreaterThanOrEqual(begunUs);
    expect(toTimeUs).toBeLessThanOrEqual(of.clock.nowUs());
  }
  const isCounted = of.fake.script.venue.tradeIds === 'contiguous';
  if (missing === 'trades') expect(marks).toMatchObject([{ reason: 'sequence', missing: 1 }]);
  else if (missing === 'book')
    expect(marks.map(({ reason }) => reason)).toEqual([expect.stringMatching(/sequence|checksum|content/)]);
  else if (missing === 'connection' && !isCounted) expect(marks.length).toBeGreaterThanOrEqual(1);
  else expect(marks).toEqual([]);
  if (missing === 'connection') expect(of.gapsOf(null).length).toBeGreaterThanOrEqual(1);
}

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

  it(`can have ${FAULTS_MIN} faults at least`, async () => {
    world = await VenueWorld.idle(makeScript());
    expect(cases.length).toBeGreaterThanOrEqual(FAULTS_MIN);
  });

  it.each(cases)('notices within two heartbeats, counts, tells and marks $name', async (fault) => {
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
    const begunUs = world.clock.nowUs();
    if (fault.from === 'start') world.supervisor.subscribe(world.ids);
    const noticed = await world.runUntil(() => countOf(world, fault) > before, 2 * world.heartbeatMs);
    expect(noticed, `counted as ${fault.counted.join(' or ')}`).toBe(true);

    const told = [...world.told, ...world.feed.report().problems.map(({ message }) => message)];
    const isQuietCounter = ['duplicate_trades', 'out_of_order_trades', 'trade_holes'].includes(
      fault.counted[0]!,
    );
    if (!isQuietCounter) expect(told.length).toBeGreaterThan(toldBefore);
    if (fault.shown === 'stale') {
      expect(world.told.slice(fault.from === 'start' ? 0 : 2).join('\n')).toMatch(new RegExp(`${symbol}: .`));
      if (fault.from === 'start') expect(world.trust.get(symbol)).not.toBe('');
    } else {
      expect(world.trust.get(symbol)).toBe('');
    }

    // What is given up only later goes on until then.
    if (fault.missing === 'connection')
      await world.runUntil(() => world.counter('disconnects') > 0, script.venue.silenceMaxMs + 1_000);
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
    expectMarks(world, fault, symbol, begunUs);
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
      // Known from the first second on: well within two heartbeats.
      expect(world.supervisor.status().skewMs).toBeCloseTo(-1_250, -1);
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
