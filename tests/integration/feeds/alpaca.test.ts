import { afterEach, describe, expect, it } from 'vitest';
import { alpacaScript, type AlpacaScriptOptions } from '../../support/fake-venue/alpaca.ts';
import { VenueWorld } from '../../support/fake-venue/venue-world.ts';

let world: VenueWorld;
afterEach(() => world.close());

const stocks: AlpacaScriptOptions = { symbols: ['AAPL', 'MSFT'] };

async function subscribed(options: AlpacaScriptOptions): Promise<VenueWorld> {
  world = await VenueWorld.idle(alpacaScript(options));
  world.feed.subscribe(world.ids);
  await world.run(5_000);
  return world;
}

describe('Alpaca, from the connection to the event', () => {
  it.each(['msgpack', 'json'] as const)('AL1 AL10 lets in by %s and brings the same trade', async (codec) => {
    await subscribed({ ...stocks, codec });
    const [connection] = world.fake.connections;
    expect(connection!.request.headers['content-type']).toBe('application/msgpack');
    expect(connection!.request.url).toBe('/v2/iex');
    expect(
      connection!.received.every((frame) => typeof frame === (codec === 'json' ? 'string' : 'object')),
    ).toBe(true);
    const timeUs = world.clock.nowUs() + 7;
    world.fake.send(world.fake.script.trade(world.fake.makeTrade('AAPL', timeUs)));
    await world.settle();
    expect(world.events).toMatchObject([
      { type: 'trade', price: 10_025, size: 1, tradeId: '1001', venueTimeUs: timeUs },
    ]);
  });

  it('AL9 goes down for good when the keys are refused, and does not knock again', async () => {
    await subscribed({ ...stocks, authError: { code: 402, msg: 'auth failed' } });
    expect(world.state).toBe('down');
    await world.run(120_000);
    expect(world.fake.opened).toBe(1);
    expect(world.trust.get('AAPL')).toContain('ALPACA_KEY_ID');
  });

  it('AL9 comes back while another connection of the account is open, with growing pauses', async () => {
    await subscribed({ ...stocks, authError: { code: 406, msg: 'connection limit exceeded' } });
    await world.run(120_000);
    expect(world.trust.get('AAPL')).toContain('another is open (406)');
    expect(world.fake.opened).toBeGreaterThan(3);
    expect(world.fake.opened).toBeLessThan(20);
  });

  it('AL7 serves as many symbols as the account may have, and tells which it may not', async () => {
    await subscribed({ ...stocks, symbolLimit: 1 });
    expect([world.trust.get('AAPL'), world.trust.get('MSFT')]).toEqual([
      '',
      'trades, quotes was refused: the symbol limit of the account is reached (405).',
    ]);
  });

  it('stays connected through a quiet night', async () => {
    await subscribed(stocks);
    await world.run(600_000);
    expect([world.fake.opened, world.isLive, world.counter('silences')]).toEqual([1, true, 0]);
  });
});
