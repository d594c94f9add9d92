import { InvariantError, type MarketEvent, unixUs } from '#protocol';
import { describe, expect, it } from 'vitest';
import { SimulatedFeed } from '../../../../../server/feeds/simulated/feed.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { EventLog, eventLine } from './event-log.ts';

const RATE = 1_000;

async function started(options: { symbols?: number; pumpIntervalMs?: number } = {}): Promise<{
  clock: ManualClock;
  feed: SimulatedFeed;
  log: EventLog;
}> {
  const clock = new ManualClock();
  const log = new EventLog();
  const feed = new SimulatedFeed({ seed: 1, symbols: 10, eventsPerSecond: RATE, clock, ...options });
  await feed.start(log);
  return { clock, feed, log };
}

const linesOf = (events: readonly MarketEvent[]): string[] => events.map(eventLine);

describe('SimulatedFeed', () => {
  it('says that it is simulated, in its flag and in the venue of every instrument', async () => {
    const { feed, log } = await started();
    expect(feed.simulated).toBe(true);
    expect(feed.venue).toBe('SIM');
    expect(log.definitions).toHaveLength(10);
    expect(log.definitions.every((definition) => definition.venue === 'SIM')).toBe(true);
  });

  it('defines everything, is live, and gives each instrument a value before it returns from start', async () => {
    const { log } = await started();
    expect(log.states).toEqual([{ state: 'live', message: '' }]);
    expect(log.events).toHaveLength(40);
    expect(new Set(log.events.map((event) => event.instrument))).toEqual(new Set(log.ids));
  });

  it('emits what falls due as the clock moves, and nothing from the future', async () => {
    const { clock, log } = await started();
    const startUs = clock.nowUs();
    clock.advance(5_000);
    expect(log.events.length).toBeGreaterThan(0.8 * 5 * RATE);
    expect(log.events.length).toBeLessThan(1.2 * 5 * RATE);
    const times = log.events.map((event) => event.venueTimeUs);
    expect(Math.max(...times)).toBeLessThanOrEqual(startUs + 5_000_000);
    expect(times).toEqual([...times].sort((left, right) => left - right));
  });

  it('makes the same events however often it is pumped', async () => {
    const often = await started({ pumpIntervalMs: 1 });
    const seldom = await started({ pumpIntervalMs: 100 });
    often.clock.advance(2_000);
    seldom.clock.advance(2_000);
    expect(linesOf(seldom.log.events)).toEqual(linesOf(often.log.events));
  });

  it('catches up after a short stall without losing an event', async () => {
    const stalled = await started();
    const smooth = await started();
    stalled.clock.advance(1_000);
    stalled.clock.stall(200);
    stalled.clock.advance(800);
    smooth.clock.advance(2_000);
    expect(linesOf(stalled.log.events)).toEqual(linesOf(smooth.log.events));
    expect(stalled.feed.skippedMs).toBe(0);
  });

  it('skips most of a long stall, counts it, and tells the viewer for a while', async () => {
    const { clock, feed, log } = await started();
    clock.advance(1_000);
    const before = log.events.length;
    clock.stall(60_000);
    expect(log.events.length - before).toBeLessThan(RATE);
    expect(feed.skippedMs).toBeCloseTo(59_750, 0);
    expect(log.states.at(-1)).toEqual({
      state: 'live',
      message: 'The server was busy: the simulation has stood still for 59.8 s in all.',
    });
    const afterUs = log.events[before]!.venueTimeUs;
    expect(afterUs).toBeGreaterThanOrEqual(clock.nowUs() - 250_000);
    clock.advance(6_000);
    expect(log.states.at(-1)).toEqual({ state: 'live', message: '' });
    expect(log.states).toHaveLength(3);
  });

  it('tells of a stall that goes on once a second, not at every pump', async () => {
    const { clock, log } = await started();
    for (let turn = 0; turn < 10; turn += 1) clock.stall(400);
    expect(log.states.length).toBeLessThanOrEqual(1 + 4);
    expect(log.states.length).toBeGreaterThan(2);
  });

  it('waits when the clock goes back, and goes on when it has come round again', async () => {
    const clock = new ManualClock();
    let shiftUs = 0;
    const log = new EventLog();
    const feed = new SimulatedFeed({
      seed: 1,
      symbols: 3,
      eventsPerSecond: RATE,
      clock: {
        nowUs: () => unixUs(clock.nowUs() + shiftUs),
        after: (delayMs, run) => clock.after(delayMs, run),
        every: (periodMs, run) => clock.every(periodMs, run),
        soon: (run) => clock.soon(run),
      },
    });
    await feed.start(log);
    clock.advance(1_000);
    const before = log.events.length;
    shiftUs = -500_000;
    clock.advance(400);
    expect(log.events).toHaveLength(before);
    clock.advance(600);
    expect(log.events.length).toBeGreaterThan(before + 0.3 * RATE);
  });

  it('emits everything whether or not anyone watches', async () => {
    const watched = await started();
    const unwatched = await started();
    watched.feed.subscribe();
    unwatched.feed.unsubscribe();
    watched.clock.advance(500);
    unwatched.clock.advance(500);
    expect(linesOf(watched.log.events)).toEqual(linesOf(unwatched.log.events));
  });

  it('answers for history by the id that the sink gave, up to the price of the first trade', async () => {
    const { feed, log } = await started();
    const instrument = log.ids[4]!;
    const bars = await feed.history(instrument, 60, Infinity, 300);
    const trade = log.events.find((event) => event.type === 'trade' && event.instrument === instrument);
    expect(bars).toHaveLength(300);
    expect(trade).toMatchObject({ price: bars.at(-1)!.close });
    expect(await feed.history(instrument, 61, Infinity, 300)).toEqual([]);
    expect(await feed.history((log.ids.at(-1)! - 1) as typeof instrument, 60, Infinity, 300)).toEqual([]);
  });

  it('has no history before it was started', async () => {
    const feed = new SimulatedFeed({ seed: 1, symbols: 1, eventsPerSecond: 1, clock: new ManualClock() });
    expect(await feed.history(0 as never, 60, Infinity, 10)).toEqual([]);
  });

  it('frees its timer on close, once and for all', async () => {
    const { clock, feed, log } = await started();
    expect(clock.pendingTimers).toBe(1);
    await feed.close();
    await feed.close();
    expect(clock.pendingTimers).toBe(0);
    const before = log.events.length;
    clock.advance(10_000);
    expect(log.events).toHaveLength(before);
  });

  it('can be started once only, and not after close', async () => {
    const { feed, log } = await started();
    await expect(feed.start(log)).rejects.toThrow(InvariantError);
    const closed = new SimulatedFeed({ seed: 1, symbols: 1, eventsPerSecond: 1, clock: new ManualClock() });
    await closed.close();
    await expect(closed.start(log)).rejects.toThrow(InvariantError);
  });

  it('refuses a pump interval that could not keep up', () => {
    for (const pumpIntervalMs of [0, -1, 101, Number.NaN])
      expect(
        () =>
          new SimulatedFeed({
            seed: 1,
            symbols: 1,
            eventsPerSecond: 1,
            clock: new ManualClock(),
            pumpIntervalMs,
          }),
      ).toThrow(InvariantError);
  });
});
