import { afterEach, describe, expect, it } from 'vitest';
import { instrumentKey } from '#protocol';
import type { FakeVenue, Misconduct } from '../../support/fake-venue/fake-venue.ts';
import { STEP_MS, TwoVenues } from '../../support/fake-venue/two-venues.ts';

let world: TwoVenues;
afterEach(() => world.close());

const BTC = 'coinbase:BTC-USD';

function trade(venue: FakeVenue, symbol: string): string {
  const made = venue.makeTrade(symbol, world.clock.nowUs());
  venue.send(venue.script.trade(made));
  return `0:${made.id}`;
}

const AWAY: readonly (readonly [string, Partial<Misconduct>])[] = [
  ['that refuses to list its instruments', { restFails: true }],
  ['that never answers', { ignoreRest: true }],
];

describe.each(AWAY)('a primary %s at the start', (_, misconduct) => {
  const away = ({ coinbase }: TwoVenues): void => void Object.assign(coinbase.misconduct, misconduct);

  it('has its backup serve under its own names within 3 s, and nobody waits for it', async () => {
    world = await TwoVenues.start({ before: away });
    const { kraken, clock } = world;
    const beganUs = world.beganUs;
    while (world.serving < 2 && clock.nowUs() - beganUs < 20_000_000) await world.run(STEP_MS);
    expect((clock.nowUs() - beganUs) / 1_000_000).toBeLessThanOrEqual(3);
    expect((world.startedUs - beganUs) / 1_000_000).toBeLessThanOrEqual(1);
    expect(world.definitions.map(instrumentKey)).toEqual([BTC, 'coinbase:ETH-USD']);
    await world.run(500);
    expect([world.trust.get(BTC), world.serving]).toEqual(['', 2]);
    const shown = trade(kraken, 'BTC/USD');
    await world.run(500);
    expect(world.trades).toEqual([shown]);
    // A primary that never came has lost nothing.
    expect(world.gaps).toEqual([]);
  });

  it('takes over when it has come and is well, with no trade twice', async () => {
    world = await TwoVenues.start({ before: away });
    const { coinbase, kraken, clock } = world;
    await world.run(5_000);
    const shown = [trade(kraken, 'BTC/USD'), trade(kraken, 'BTC/USD')];
    await world.run(500);
    // Made before the way back: the primary brings it with its first words, of a time that was served.
    coinbase.makeTrade('BTC-USD', clock.nowUs());
    await world.run(1_000);
    shown.push(trade(kraken, 'BTC/USD'));
    await world.run(500);

    Object.assign(coinbase.misconduct, { restFails: false, ignoreRest: false });
    const backUs = clock.nowUs();
    while (world.serving > 0 && clock.nowUs() - backUs < 120_000_000) await world.run(STEP_MS);
    expect([world.serving, world.trust.get(BTC)]).toEqual([0, '']);
    expect(world.asked(coinbase, 'BTC-USD')).toBe(true);
    shown.push(trade(coinbase, 'BTC-USD'));
    await world.run(1_000);
    trade(kraken, 'BTC/USD');
    await world.run(1_000);
    expect(world.trades).toEqual(shown);

    // One instrument each, under one name.
    expect(world.definitions.map(instrumentKey)).toEqual([BTC, 'coinbase:ETH-USD']);
  });
});

describe('a backup at the start', () => {
  it('is not shown in the place of a primary that comes in time', async () => {
    world = await TwoVenues.start();
    await world.run(5_000);
    expect([world.serving, world.trust.get(BTC)]).toEqual([0, '']);
  });

  it('stands in on demand: the first viewer has it within 3 s', async () => {
    world = await TwoVenues.start({
      subscribe: 'demand',
      before: ({ coinbase }) => void (coinbase.misconduct.restFails = true),
    });
    await world.run(5_000);
    expect([world.kraken.opened, world.definitions.map(instrumentKey)[0]]).toEqual([0, BTC]);
    world.live.demand.hold([world.idOf(BTC)]);
    await world.run(3_000);
    expect([world.serving, world.trust.get(BTC)]).toEqual([1, '']);
  });

  it('stands in for the instrument that a mapping names, however the two are spelled', async () => {
    world = await TwoVenues.start({
      symbols: new Map([['ETH/USD', 'BTC-USD']]),
      before: ({ coinbase }) => void (coinbase.misconduct.restFails = true),
    });
    await world.run(4_000);
    const shown = trade(world.kraken, 'ETH/USD');
    trade(world.kraken, 'BTC/USD');
    await world.run(500);
    expect(world.definitions.map(instrumentKey)).toEqual([BTC]);
    expect(world.trades).toEqual([shown]);
  });
});

describe('a change over', () => {
  it('leaves a gap from the last of the primary to the first of the backup, and the primary no second one', async () => {
    world = await TwoVenues.start();
    await world.run(2_000);
    trade(world.coinbase, 'BTC-USD');
    await world.run(250);
    const cutUs = world.clock.nowUs();
    world.coinbase.misconduct.refuseUpgrades = 503;
    world.coinbase.cut();
    await world.run(4_000);
    expect(world.serving).toBe(2);
    const own = (): typeof world.gaps =>
      world.gaps.filter(({ instrument }) => instrument === world.idOf(BTC));
    expect(own()).toHaveLength(1);
    const [gap] = own();
    expect(gap).toMatchObject({ feed: 'coinbase', reason: 'cut' });
    expect(gap!.toTimeUs - cutUs).toBeLessThanOrEqual(3_000_000);
    expect(gap!.fromTimeUs).toBeLessThanOrEqual(cutUs);

    world.coinbase.misconduct.refuseUpgrades = 0;
    const backUs = world.clock.nowUs();
    while (world.serving > 0 && world.clock.nowUs() - backUs < 120_000_000) await world.run(STEP_MS);
    trade(world.coinbase, 'BTC-USD');
    await world.run(3_000);
    expect(own()).toEqual([gap]);
  });
});
