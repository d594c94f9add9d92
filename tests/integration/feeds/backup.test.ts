import { afterEach, describe, expect, it } from 'vitest';
import { instrumentId, instrumentKey } from '#protocol';
import type { FakeVenue } from '../../support/fake-venue/fake-venue.ts';
import { krakenScript } from '../../support/fake-venue/kraken.ts';
import { STEP_MS, TwoVenues } from '../../support/fake-venue/two-venues.ts';

let world: TwoVenues;
afterEach(() => world.close());

const BTC = 'coinbase:BTC-USD';

describe('two venues of which one stands in for the other', () => {
  it('changes over within 3 s of the silence of the primary, and back, with no trade shown twice', async () => {
    world = await TwoVenues.start();
    const { coinbase, kraken, clock } = world;
    await world.run(2_000);
    expect([world.trust.get(BTC), world.serving]).toEqual(['', 0]);
    const trade = (venue: FakeVenue, symbol: string): string => {
      const made = venue.makeTrade(symbol, clock.nowUs());
      venue.send(venue.script.trade(made));
      return `0:${made.id}`;
    };
    const shown = [trade(coinbase, 'BTC-USD')];
    trade(kraken, 'BTC/USD');
    await world.run(1_000);
    expect(world.trades).toEqual(shown);

    coinbase.misconduct.mute = true;
    const silentUs = clock.nowUs();
    while (world.serving === 0 && clock.nowUs() - silentUs < 10_000_000) await world.run(STEP_MS);
    expect((clock.nowUs() - silentUs) / 1_000_000).toBeLessThanOrEqual(3);
    expect([world.serving, world.trust.get(BTC)]).toEqual([2, '']);
    shown.push(trade(kraken, 'BTC/USD'));
    await world.run(2_000);
    // Made at the primary meanwhile: when it is back it brings them, and the time that they belong to was served already.
    coinbase.makeTrade('BTC-USD', clock.nowUs());
    await world.run(500);
    shown.push(trade(kraken, 'BTC/USD'));
    await world.run(500);
    expect(world.trades).toEqual(shown);

    coinbase.misconduct.mute = false;
    const backUs = clock.nowUs();
    while (world.serving > 0 && clock.nowUs() - backUs < 60_000_000) await world.run(STEP_MS);
    expect([world.serving, world.trust.get(BTC)]).toEqual([0, '']);
    shown.push(trade(coinbase, 'BTC-USD'));
    await world.run(1_000);
    trade(kraken, 'BTC/USD');
    await world.run(1_000);
    expect(world.trades).toEqual(shown);
    // The other venue's book was shown whole at each change.
    const books = world.events.filter(
      (event) => event.type === 'book' && event.snapshot && event.instrument === 0,
    );
    expect(books.length).toBeGreaterThanOrEqual(3);
  });

  it('changes over within 3 s when the primary is cut and refuses every connection', async () => {
    world = await TwoVenues.start();
    await world.run(2_000);
    world.coinbase.misconduct.refuseUpgrades = 503;
    world.coinbase.cut();
    await world.run(3_000);
    expect([world.serving, world.trust.get(BTC)]).toEqual([2, '']);
  });

  it('asks the backup also when its instruments become known long after somebody wanted the primary', async () => {
    const script = krakenScript();
    let isAway = true;
    world = await TwoVenues.start({
      kraken: { ...script, rest: (path, trades) => (isAway ? null : script.rest(path, trades)) },
    });
    await world.run(1_000);
    expect([world.trust.get(BTC), world.kraken.opened]).toEqual(['', 0]);
    isAway = false;
    await world.run(5_000);
    expect(world.asked(world.kraken, 'BTC/USD')).toBe(true);
    world.coinbase.misconduct.mute = true;
    await world.run(3_000);
    expect([world.serving, world.trust.get(BTC)]).toEqual([2, '']);
  });

  it('keeps what is watched for itself when the primary that it stands in for is let go, and the reverse', async () => {
    world = await TwoVenues.start({ isShown: true, subscribe: 'demand' });
    const id = (key: string) =>
      instrumentId(world.definitions.findIndex((known) => instrumentKey(known) === key));
    const [primary, backup] = [id(BTC), id('kraken:BTC/USD')];
    const leavePrimary = world.live.demand.hold([primary]);
    const leaveBackup = world.live.demand.hold([backup]);
    await world.run(2_000);
    leavePrimary();
    await world.run(32_000);
    expect(world.trust.get(BTC)).toBe('Nobody watches: it is not subscribed.');
    expect(world.trust.get('kraken:BTC/USD')).toBe('');
    const again = world.live.demand.hold([primary]);
    leaveBackup();
    await world.run(32_000);
    expect([world.trust.get(BTC), world.trust.get('kraken:BTC/USD')]).toEqual(['', '']);
    again();
    await world.run(32_000);
    expect([world.coinbase.connections.size, world.kraken.connections.size]).toEqual([0, 0]);
  });

  it('shows the primary first when somebody comes back to it after a pause', async () => {
    world = await TwoVenues.start({ subscribe: 'demand' });
    const leave = world.live.demand.hold([instrumentId(0)]);
    await world.run(2_000);
    leave();
    await world.run(60_000);
    world.coinbase.misconduct.ignoreFrames = true;
    world.live.demand.hold([instrumentId(0)]);
    await world.run(750);
    expect([world.asked(world.kraken, 'BTC/USD'), world.serving]).toEqual([true, 0]);
    await world.run(3_000);
    expect([world.serving, world.trust.get(BTC)]).toEqual([1, '']);
  });
});
