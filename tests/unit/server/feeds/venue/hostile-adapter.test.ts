import { afterEach, describe, expect, it } from 'vitest';
import type { RawFrame, Venue, VenueConnection, VenuePort } from '../../../../../server/feeds/venue/ports.ts';
import { tinyScript } from '../../../../support/fake-venue/tiny/tiny-script.ts';
import { tinyVenue } from '../../../../support/fake-venue/tiny/tiny-venue.ts';
import { VenueWorld } from '../../../../support/fake-venue/venue-world.ts';

let world: VenueWorld;
afterEach(() => world.close());

type Methods = Partial<Record<keyof VenueConnection, unknown>>;

/** The tiny venue with methods of its adapter replaced. */
function replaced(
  methods: (port: VenuePort, healthy: VenueConnection) => Methods,
  facts: Partial<Venue> = {},
) {
  const venue = tinyVenue();
  return tinyScript({
    ...facts,
    connect(port) {
      const healthy = venue.connect(port);
      return {
        onOpen: () => healthy.onOpen(),
        onFrame: (frame: RawFrame, timeUs: Parameters<VenueConnection['onFrame']>[1]) =>
          healthy.onFrame(frame, timeUs),
        subscribe: (symbols: readonly string[]) => healthy.subscribe(symbols),
        unsubscribe: (symbols: readonly string[]) => healthy.unsubscribe(symbols),
        resync: (symbol: string) => healthy.resync(symbol),
        ...methods(port, healthy),
      } as VenueConnection;
    },
  });
}

describe('an adapter that is not what it should be', () => {
  it.each<[string, Methods]>([
    ['gives a promise of frames', { subscribe: () => Promise.resolve(['{}']) }],
    ['gives no list of frames', { subscribe: () => undefined }],
    ['gives objects for frames', { subscribe: () => [{ op: 'subscribe' }] }],
    ['fails in a promise', { subscribe: () => Promise.reject(new Error('Later.')) }],
  ])('that %s to send ends its connection, is told, and costs nothing else', async (_, methods) => {
    world = await VenueWorld.idle(replaced(() => methods));
    world.feed.subscribe(world.ids);
    await world.run(2_000);
    expect(world.isLive).toBe(false);
    expect(world.counter('adapter_errors')).toBeGreaterThan(0);
    expect(
      world.feed
        .report()
        .problems.map(({ message }) => message)
        .join('\n'),
    ).toContain('The connection ended: the adapter failed: ');
  });

  it('that fails later, in a promise, is not shown as live', async () => {
    let isFailing = false;
    world = await VenueWorld.live(
      replaced((_, healthy) => ({
        async onFrame(frame: RawFrame, timeUs: Parameters<VenueConnection['onFrame']>[1]) {
          await Promise.resolve();
          if (isFailing) throw new Error('Too late.');
          healthy.onFrame(frame, timeUs);
        },
      })),
    );
    expect(world.isLive).toBe(true);
    isFailing = true;
    world.trade('AAA');
    await world.settle();
    expect(world.isLive).toBe(false);
    expect(world.trust.get('AAA')).toBe('The connection ended: the adapter failed: Too late.');
  });

  it('that sends what is no frame by itself ends its connection', async () => {
    world = await VenueWorld.idle(
      replaced((port, healthy) => ({
        onOpen() {
          port.send({ login: true } as never);
          healthy.onOpen();
        },
      })),
    );
    world.feed.subscribe(world.ids);
    await world.run(1_000);
    expect(world.counter('adapter_errors')).toBeGreaterThan(0);
  });

  it('that asks for another connection on each one is slowed down where the venue allows one', async () => {
    world = await VenueWorld.idle(
      replaced(
        (port, healthy) => ({
          onOpen() {
            healthy.onOpen();
            port.rotate('Go away.');
          },
        }),
        { connectionsMax: 1 },
      ),
    );
    world.feed.subscribe(world.ids);
    await world.run(60_000);
    expect(world.fake.opened).toBeGreaterThan(3);
    expect(world.fake.opened).toBeLessThan(20);
  });
});

describe('a machine that was away', () => {
  it('does not take its own absence for the silence of a venue', async () => {
    world = await VenueWorld.live(tinyScript());
    world.clock.stall(20_000);
    await world.settle();
    world.fake.heartbeat();
    await world.run(2_000);
    expect([world.counter('silences'), world.fake.opened, world.isLive]).toEqual([0, 1, true]);
    world.fake.misconduct.mute = true;
    await world.run(4_000);
    expect([world.counter('silences'), world.isLive]).toEqual([1, false]);
  });

  it('does not believe a connection after it was away for long', async () => {
    world = await VenueWorld.live(tinyScript());
    world.clock.stall(3_600_000);
    await world.settle();
    expect([world.counter('silences'), world.isLive]).toEqual([1, false]);
    expect(await world.runUntil(() => world.isLive, 5_000)).toBe(true);
  });
});

describe('a thousand instruments that are wrong at once', () => {
  it('are asked for again once each, however long the queue of what may be sent is', async () => {
    const symbols = Array.from({ length: 1_000 }, (_, at) => `S${at}`);
    const listing = { name: '', assetClass: 'crypto', currency: 'USD', tick: '0.01', lot: '0.001' } as const;
    const sent = new Map<string, number>();
    const script = replaced(
      (_, healthy) => ({
        resync(symbol: string) {
          sent.set(symbol, (sent.get(symbol) ?? 0) + 1);
          return healthy.resync(symbol);
        },
      }),
      {
        symbolsPerConnection: 1_000,
        listings: () => Promise.resolve(symbols.map((symbol) => ({ symbol, ...listing }))),
      },
    );
    world = await VenueWorld.idle(script);
    world.feed.subscribe(world.ids);
    await world.runUntil(() => world.feed.report().instruments.live === 1_000, 5_000);
    expect(world.feed.report().instruments.live).toBe(1_000);
    for (const symbol of symbols) world.fake.send(script.badChecksum(symbol)!);
    // 10 frames a second: the last is on its way after 100 s, long past the time that an answer may take.
    await world.runUntil(() => world.feed.report().instruments.live === 1_000, 115_000);
    expect(world.feed.report().instruments.live).toBe(1_000);
    expect([sent.size, Math.max(...sent.values())]).toEqual([1_000, 1]);
  });
});

describe('a restart while the list of instruments is asked for', () => {
  it('subscribes nothing before the new list is there', async () => {
    const answers: (() => void)[] = [];
    const listing = { name: '', assetClass: 'crypto', currency: 'USD', tick: '0.01', lot: '0.001' } as const;
    let isSlow = false;
    world = await VenueWorld.live(
      tinyScript({
        async listings() {
          if (isSlow) await new Promise<void>((resolve) => answers.push(resolve));
          return ['AAA', 'BBB'].map((symbol) => ({ symbol, ...listing }));
        },
      }),
    );
    isSlow = true;
    void world.supervisor.restart();
    await world.run(500);
    void world.supervisor.restart();
    await world.run(500);
    expect(answers).toHaveLength(2);
    answers[0]!();
    await world.run(500);
    world.feed.unsubscribe(world.ids);
    world.feed.subscribe(world.ids);
    await world.run(500);
    expect(world.fake.connections.size).toBe(0);
    answers[1]!();
    expect(await world.runUntil(() => world.isLive, 5_000)).toBe(true);
  });
});
