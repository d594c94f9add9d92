import { afterEach, describe, expect, it } from 'vitest';
import type { Venue, VenuePort } from '../../../../../server/feeds/venue/ports.ts';
import { tinyScript } from '../../../../support/fake-venue/tiny/tiny-script.ts';
import { tinyVenue } from '../../../../support/fake-venue/tiny/tiny-venue.ts';
import { VenueWorld } from '../../../../support/fake-venue/venue-world.ts';

let world: VenueWorld;
afterEach(() => world.close());

/** The tiny venue with a say in what its adapter does. */
function meddled(meddle: (port: VenuePort, frame: unknown) => void, facts: Partial<Venue> = {}) {
  const venue = tinyVenue();
  return tinyScript({
    ...facts,
    connect(port) {
      const connection = venue.connect(port);
      return Object.assign(Object.create(connection) as typeof connection, {
        onOpen: () => connection.onOpen(),
        subscribe: (symbols: readonly string[]) => connection.subscribe(symbols),
        unsubscribe: (symbols: readonly string[]) => connection.unsubscribe(symbols),
        resync: (symbol: string) => connection.resync(symbol),
        onFrame(frame: string, receiveTimeUs: Parameters<typeof connection.onFrame>[1]) {
          meddle(port, frame);
          connection.onFrame(frame, receiveTimeUs);
        },
      });
    },
  });
}

describe('demand', () => {
  it('connects for the first instrument and lets go after the last', async () => {
    world = await VenueWorld.idle(tinyScript());
    const [first, second] = world.ids;
    await world.run(1_000);
    expect([world.fake.opened, world.state]).toEqual([0, 'live']);
    world.feed.subscribe([first!]);
    await world.run(1_000);
    expect([world.trust.get('AAA'), world.fake.connections.size]).toEqual(['', 1]);
    world.feed.subscribe([first!, second!]);
    await world.run(1_000);
    expect([world.isLive, world.fake.opened]).toEqual([true, 1]);
    world.feed.unsubscribe([first!]);
    await world.run(1_000);
    expect(world.trust.get('AAA')).toBe('Nobody watches: it is not subscribed.');
    expect(world.feed.report().instruments).toEqual({ listed: 2, wanted: 1, live: 1 });
    world.feed.unsubscribe([second!]);
    await world.run(1_000);
    expect(world.fake.connections.size).toBe(0);
  });

  it('spreads symbols over as many connections as the venue wants', async () => {
    world = await VenueWorld.live(tinyScript({ symbolsPerConnection: 1 }));
    expect([world.isLive, world.fake.connections.size]).toEqual([true, 2]);
    world.feed.unsubscribe([world.ids[0]!]);
    await world.run(500);
    expect(world.fake.connections.size).toBe(1);
  });

  it('says of what the venue has no room for', async () => {
    world = await VenueWorld.live(tinyScript({ symbolsPerConnection: 1, connectionsMax: 1 }));
    expect(world.trust.get('BBB')).toBe('Tiny serves at most 1 symbols at a time.');
    world.feed.unsubscribe([world.ids[0]!]);
    await world.run(1_000);
    expect(world.trust.get('BBB')).toBe('');
  });
});

describe('a planned rotation', () => {
  it('loses no trade and repeats none, and is never seen', async () => {
    world = await VenueWorld.live(tinyScript({ connectionLifeMs: 60_000 }));
    const toldBefore = world.told.length;
    for (let at = 0; at < 460; at += 1) {
      world.trade('AAA');
      world.trade('BBB');
      world.fake.send(world.fake.script.bookChange('AAA')!);
      await world.run(250);
    }
    expect(world.counter('rotations')).toBeGreaterThanOrEqual(2);
    expect(world.told.slice(toldBefore)).toEqual([]);
    for (const symbol of ['AAA', 'BBB']) {
      const made = world.fake.trades.filter((trade) => trade.symbol === symbol).map(({ id }) => String(id));
      expect(world.tradeIds(symbol)).toEqual(made);
    }
    expect(world.counter('gaps_filled') + world.counter('gaps_open')).toBe(0);
    expect(world.fake.connections.size).toBe(1);
  });

  it('without room for a second connection fills what it missed', async () => {
    world = await VenueWorld.live(tinyScript({ connectionLifeMs: 60_000, connectionsMax: 1 }));
    for (let at = 0; at < 300; at += 1) {
      world.trade('AAA');
      await world.run(250);
    }
    await world.run(3_000);
    world.trade('AAA');
    await world.run(3_000);
    expect(world.counter('rotations')).toBeGreaterThanOrEqual(1);
    expect(world.tradeIds('AAA')).toEqual(world.fake.trades.map(({ id }) => String(id)));
  });
});

describe('an adapter', () => {
  it('with a fault of its whole connection has every symbol stale and asked for anew, and one fault counted', async () => {
    const script = meddled((port, frame) => {
      if (String(frame).includes('"hole"')) port.fault({ kind: 'gap', detail: 'Frame 9 follows 7.' });
    });
    world = await VenueWorld.live(script);
    const toldBefore = world.told.length;
    world.fake.send('{"type":"hole"}');
    await world.settle();
    expect([world.counter('fault_gap'), world.counter('resyncs')]).toEqual([1, 2]);
    const told = world.told.slice(toldBefore);
    expect(told).toEqual(expect.arrayContaining(['AAA: Frame 9 follows 7.', 'BBB: Frame 9 follows 7.']));
    expect(await world.runUntil(() => world.isLive, 3_000)).toBe(true);
    expect(world.gaps.filter(({ instrument }) => instrument !== undefined)).toMatchObject([
      { reason: 'sequence' },
      { reason: 'sequence' },
    ]);
  });

  it('does not ask for a refused symbol after such a fault', async () => {
    const script = meddled((port, frame) => {
      if (String(frame).includes('"hole"')) port.fault({ kind: 'gap', detail: 'Frame 9 follows 7.' });
    });
    world = await VenueWorld.idle(script);
    world.fake.misconduct.refuse.add('BBB');
    world.feed.subscribe(world.ids);
    await world.run(1_000);
    world.fake.send('{"type":"hole"}');
    await world.run(1_000);
    expect([world.counter('refused'), world.counter('resyncs')]).toEqual([1, 1]);
    expect(world.trust.get('AAA')).toBe('');
  });

  it('passes on what its venue says to people: counted, kept in its words, and nothing is stale', async () => {
    const script = meddled((port, frame) => {
      if (String(frame).includes('"news"')) port.notice('Fees change tomorrow.');
    });
    world = await VenueWorld.live(script);
    world.fake.send('{"type":"news"}');
    await world.settle();
    expect([world.counter('notices'), world.isLive]).toEqual([1, true]);
    expect(world.feed.report().problems.map(({ message }) => message)).toContain(
      'Tiny says: Fees change tomorrow.',
    );
  });

  it('that throws costs a reconnect and nothing more', async () => {
    let isThrowing = false;
    world = await VenueWorld.live(
      meddled(() => {
        if (isThrowing) throw new TypeError('x is undefined');
      }),
    );
    isThrowing = true;
    world.trade('AAA');
    await world.settle();
    expect([world.counter('adapter_errors'), world.trust.get('AAA')]).toEqual([
      1,
      'The connection ended: the adapter failed: x is undefined.',
    ]);
    isThrowing = false;
    expect(await world.runUntil(() => world.isLive, 60_000)).toBe(true);
  });

  it('that gives up for good is not tried again until the operator says so', async () => {
    let isWrong = true;
    world = await VenueWorld.live(
      meddled((port) => {
        if (isWrong) port.fail('The key is wrong.', true);
      }),
    );
    await world.run(60_000);
    expect([world.fake.opened, world.state, world.supervisor.status().message]).toEqual([
      1,
      'down',
      'The key is wrong.',
    ]);
    expect(world.trust.get('AAA')).toBe('The key is wrong.');
    isWrong = false;
    const restarting = world.supervisor.restart();
    await world.run(1_000);
    expect(await restarting).toBe(true);
    expect(await world.runUntil(() => world.isLive, 10_000)).toBe(true);
  });
});

describe('a restart by the operator', () => {
  it('comes back with the same instruments, and repeats no trade', async () => {
    world = await VenueWorld.live(tinyScript());
    const first = world.trade('AAA');
    await world.settle();
    const restarting = world.supervisor.restart();
    await world.run(1_000);
    await restarting;
    expect(await world.runUntil(() => world.isLive, 10_000)).toBe(true);
    const { fake } = world;
    fake.send(fake.script.trade(fake.trades[0]!));
    const second = world.trade('AAA');
    await world.run(1_000);
    expect(world.tradeIds('AAA')).toEqual([first, second]);
    expect(world.definitions).toHaveLength(2);
  });
});

describe('an instrument that the venue has taken from its list', () => {
  it.each<[string, readonly string[]]>([
    ['named', ['AAA', 'BBB']],
    ['one of all', []],
  ])(
    'is not asked for after a restart, says why, and comes back when it is listed again: %s',
    async (_, named) => {
      let listed: readonly string[] = ['AAA', 'BBB'];
      const script = tinyScript({
        listings: (_rest, symbols) =>
          Promise.resolve(
            listed
              .filter((symbol) => symbols.length === 0 || symbols.includes(symbol))
              .map((symbol) => ({
                symbol,
                name: symbol,
                assetClass: 'crypto',
                currency: 'USD',
                tick: '0.01',
                lot: '0.001',
              })),
          ),
      });
      world = await VenueWorld.idle({ ...script, symbols: named as never });
      world.supervisor.subscribe(world.ids);
      const isLive = (symbol: string) => () => world.trust.get(symbol) === '';
      expect(await world.runUntil(isLive('BBB'), 10_000)).toBe(true);
      const restart = async (): Promise<void> => {
        const restarting = world.supervisor.restart();
        await world.run(1_000);
        await restarting;
        expect(await world.runUntil(isLive('AAA'), 10_000)).toBe(true);
      };
      listed = ['AAA'];
      await restart();
      await world.run(20_000);
      expect(world.trust.get('BBB')).toBe('Tiny does not list BBB any more.');
      const asked = [...world.fake.connections].flatMap(({ received }) => received.map(String));
      expect(asked.filter((frame) => frame.includes('BBB'))).toEqual([]);
      listed = ['AAA', 'BBB'];
      await restart();
      expect(await world.runUntil(isLive('BBB'), 10_000)).toBe(true);
    },
  );
});

describe('pauses between attempts', () => {
  it('grow while the venue is away, and begin anew only after a connection has lived', async () => {
    world = await VenueWorld.live(tinyScript());
    world.fake.misconduct.refuseUpgrades = 503;
    world.fake.cut();
    await world.run(120_000);
    const attempts = world.counter('reconnects');
    expect(attempts).toBeGreaterThan(5);
    expect(attempts).toBeLessThan(20);
    expect([world.state, world.isLive]).toEqual(['down', false]);
    world.fake.misconduct.refuseUpgrades = 0;
    expect(await world.runUntil(() => world.isLive, 40_000)).toBe(true);
    world.fake.cut();
    await world.settle();
    await world.run(5_000);
    // The pause is still a long one: half of the cap of 30 s.
    expect(world.isLive).toBe(false);
    expect(await world.runUntil(() => world.isLive, 40_000)).toBe(true);
    await world.run(31_000);
    world.fake.cut();
    await world.run(1_500);
    expect(world.isLive).toBe(true);
  });
});

describe('listings', () => {
  it('are found under the spelling of the venue, and what is not listed is said', async () => {
    const script = tinyScript();
    world = await VenueWorld.live({ ...script, symbols: ['a-aa', 'ZZZ'] as const });
    expect(world.definitions.map(({ symbol }) => symbol)).toEqual(['AAA']);
    expect(world.supervisor.status()).toMatchObject({ state: 'live', message: 'Tiny does not list ZZZ.' });
  });

  it('that cannot be had are asked for again', async () => {
    const script = tinyScript();
    let isAway = true;
    world = await VenueWorld.idle({
      ...script,
      rest: (path, trades) => (isAway ? null : script.rest(path, trades)),
    });
    expect(world.state).toBe('down');
    expect(world.problems[0]).toMatch(
      /^tiny: http:\/\/127\.0\.0\.1:\d+\/instruments answered 404\. Next attempt/,
    );
    isAway = false;
    await world.run(5_000);
    expect(world.definitions).toHaveLength(2);
  });

  it('that are none are told in a sentence', async () => {
    const page = '<html>Busy</html>';
    const script = tinyScript();
    world = await VenueWorld.idle({ ...script, rest: () => page });
    expect(world.problems[0]).toMatch(
      /^tiny: Tiny's list of instruments cannot be read: Unexpected token .* is not valid JSON\. Next attempt/,
    );
  });
});
