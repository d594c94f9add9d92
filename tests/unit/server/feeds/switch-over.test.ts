import { describe, expect, it } from 'vitest';
import {
  AGGRESSOR_BUY,
  instrumentId,
  priceTicks,
  sizeLots,
  unixUs,
  type Increment,
  type InstrumentDefinition,
  type InstrumentId,
  type MarketEvent,
} from '#protocol';
import { SwitchOver } from '../../../../server/feeds/switch-over.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const definition = (venue: string, symbol: string, tick: Increment): InstrumentDefinition => ({
  venue,
  symbol,
  name: '',
  assetClass: 'crypto',
  currency: 'USD',
  tick,
  lot: { units: 1, decimals: 8 },
});

function switched() {
  const clock = new ManualClock();
  const shown: { definition?: InstrumentDefinition; distrust: string; events: MarketEvent[] } = {
    distrust: '',
    events: [],
  };
  const life = { primary: 0, backup: 0 };
  const symbols: string[] = [];
  const over = new SwitchOver({
    clock,
    mapping: { symbols: new Map() },
    backupSink: null,
    lifeUs: (side) => life[side],
    sink: {
      define(made) {
        shown.definition = made;
        if (!symbols.includes(made.symbol)) symbols.push(made.symbol);
        return instrumentId(symbols.indexOf(made.symbol));
      },
      onEvent: (event) => shown.events.push(structuredClone(event)),
      onTrust: (_, reason) => (shown.distrust = reason),
    },
  });
  const primary = over.primary.define(definition('coinbase', 'BTC-USD', { units: 1, decimals: 2 }));
  const backup = over.backup.define(definition('kraken', 'XBT/USD', { units: 1, decimals: 1 }));
  const ids = { primary, backup };
  const trade = (
    side: 'primary' | 'backup',
    price: number,
    id: string,
    venueTimeUs: number = clock.nowUs(),
  ): void => {
    life[side] = clock.nowUs();
    over[side].onEvent({
      type: 'trade',
      instrument: ids[side],
      price: priceTicks(price),
      size: sizeLots(1),
      aggressor: AGGRESSOR_BUY,
      tradeId: id,
      venueTimeUs: unixUs(venueTimeUs),
      receiveTimeUs: clock.nowUs(),
    });
  };
  const trust = (side: 'primary' | 'backup', reason: string): void => over[side].onTrust?.(ids[side], reason);
  trust('primary', '');
  trust('backup', '');
  const trades = (): number[] =>
    shown.events.flatMap((event) => (event.type === 'trade' ? [event.price] : []));
  /** Lets time pass in which both give signs of life. */
  const live = (ms: number, ...sides: ('primary' | 'backup')[]): void => {
    for (let left = ms; left > 0; left -= 250) {
      for (const side of sides) life[side] = clock.nowUs();
      clock.advance(250);
    }
  };
  return { over, clock, shown, life, trade, trust, trades, live, ids };
}

describe('a primary and its backup', () => {
  it('are one instrument, served by the primary while it is well', () => {
    const { over, shown, trade, trades, live } = switched();
    live(20_000, 'primary', 'backup');
    trade('primary', 100_05, 'p1');
    trade('backup', 100_1, 'b1');
    expect(trades()).toEqual([100_05]);
    expect([shown.definition?.symbol, shown.distrust, over.serving]).toEqual(['BTC-USD', '', 0]);
  });

  it.each([
    ['is down', (it: ReturnType<typeof switched>) => it.trust('primary', 'The connection ended.')],
    ['is silent', () => undefined],
  ])('change within 3 s when the primary %s', (_, happens) => {
    const it = switched();
    it.live(5_000, 'primary', 'backup');
    it.trade('primary', 100_05, 'p1');
    happens(it);
    it.live(2_750, 'backup');
    it.trade('backup', 100_1, 'b1');
    // The backup's tick is ten of the primary's.
    expect(it.trades()).toEqual([100_05, 100_10]);
    expect([it.shown.distrust, it.over.serving]).toEqual(['', 1]);
  });

  it('show what the backup has at once, in the units of the primary', () => {
    const { over, shown, trust, live, ids, clock } = switched();
    const times = { venueTimeUs: clock.nowUs(), receiveTimeUs: clock.nowUs() };
    over.backup.onEvent({
      type: 'book',
      instrument: ids.backup,
      ...times,
      snapshot: true,
      bids: [999, 5],
      asks: [1001, 6],
    });
    over.backup.onEvent({
      type: 'book',
      instrument: ids.backup,
      ...times,
      snapshot: false,
      bids: [1000, 7],
      asks: [],
    });
    expect(shown.events).toEqual([]);
    trust('primary', 'Gone.');
    live(3_000, 'backup');
    expect(shown.events).toMatchObject([
      { type: 'book', snapshot: true, bids: [10_000, 7, 9_990, 5], asks: [10_010, 6] },
    ]);
  });

  it('repeat no trade across a change, neither there nor back', () => {
    const { trade, trust, trades, live, clock, over } = switched();
    live(5_000, 'primary', 'backup');
    trade('primary', 1_00, 'p1');
    const outageUs = clock.nowUs();
    trust('primary', 'Gone.');
    live(3_000, 'backup');
    trade('backup', 2_0, 'b0', outageUs - 1_000_000);
    trade('backup', 2_0, 'b1');
    expect(trades()).toEqual([1_00, 2_00]);
    const lastUs = clock.nowUs();
    trust('primary', '');
    live(9_000, 'primary', 'backup');
    expect(over.serving).toBe(1);
    live(2_000, 'primary', 'backup');
    expect(over.serving).toBe(0);
    // What the primary fills from the time when the backup served.
    trade('primary', 3_00, 'p2', lastUs - 500_000);
    trade('primary', 4_00, 'p3');
    expect(trades()).toEqual([1_00, 2_00, 4_00]);
  });

  it('stay as they are when the backup cannot be trusted either', () => {
    const { over, shown, trust, live } = switched();
    trust('backup', 'Not there.');
    trust('primary', 'Gone.');
    live(10_000);
    expect([over.serving, shown.distrust]).toEqual([0, 'Gone.']);
    trust('backup', '');
    live(500, 'backup');
    expect([over.serving, shown.distrust]).toEqual([1, '']);
    trust('backup', 'Gone too.');
    expect(shown.distrust).toBe('Gone too.');
  });

  it('are told in the finer unit of the two', () => {
    const { over, shown, trade, trades, ids } = switched();
    over.backup.define(definition('kraken', 'XBT/USD', { units: 1, decimals: 4 }));
    expect(shown.definition?.tick).toEqual({ units: 1, decimals: 4 });
    trade('primary', 100_05, 'p1');
    expect(trades()).toEqual([100_05_00]);
    expect(over.backupsOf([ids.primary, 9 as InstrumentId])).toEqual([ids.backup]);
  });

  it('are not changed over and over because the primary is quiet by nature', () => {
    const { over, life, clock, live } = switched();
    let changes = 0;
    let before = 0;
    for (let second = 0; second < 120; second += 1) {
      if (second % 8 === 0) life.primary = clock.nowUs();
      live(1_000, 'backup');
      if (over.serving !== before) changes += 1;
      before = over.serving;
    }
    // Once, before it is known that this one speaks every 8 s; and back.
    expect(changes).toBeLessThanOrEqual(2);
    expect(over.serving).toBe(0);
    live(20_000, 'backup');
    expect(over.serving).toBe(1);
  });

  it('are never two instruments behind one, however alike their names are', () => {
    const { over, shown, trade, trades, ids } = switched();
    const other = over.primary.define(definition('coinbase', 'BTCU-SD', { units: 1, decimals: 2 }));
    const second = over.backup.define(definition('kraken', 'BTC/USD', { units: 1, decimals: 1 }));
    expect(shown.definition?.symbol).toBe('BTCU-SD');
    expect(over.backupsOf([ids.primary])).toEqual([ids.backup]);
    expect(over.backupsOf([other])).toEqual([]);
    expect([over.primaryOf(ids.backup), over.primaryOf(second)]).toEqual([ids.primary, undefined]);
    trade('primary', 1_00, 'p1');
    expect(trades()).toHaveLength(1);
    expect(shown.events.at(-1)!.instrument).toBe(ids.primary);
  });
});
