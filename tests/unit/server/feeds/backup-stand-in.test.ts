import { describe, expect, it } from 'vitest';
import {
  AGGRESSOR_BUY,
  instrumentId,
  priceTicks,
  sizeLots,
  stepsToText,
  unixUs,
  type Increment,
  type InstrumentDefinition,
  type InstrumentId,
} from '#protocol';
import { Engine } from '../../../../server/engine/engine.ts';
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

function awayPrimary(backupTick: Increment, expects: readonly string[] = ['BTC-USD']) {
  const clock = new ManualClock();
  const engine = new Engine(clock.nowUs());
  const trust = new Map<InstrumentId, string>();
  const arrived: InstrumentId[] = [];
  const over = new SwitchOver({
    clock,
    mapping: { symbols: new Map() },
    backupSink: null,
    lifeUs: (side) => (side === 'backup' || arrived.length > 0 ? clock.nowUs() : 0),
    primary: { venue: 'coinbase', expects },
    onArrived: (id) => arrived.push(id),
    sink: {
      define: (made) => engine.define(made),
      onEvent: (event) => engine.onEvent(event),
      onTrust: (id, reason) => void trust.set(id, reason),
    },
  });
  const backup = over.backup.define(definition('kraken', 'BTC/USD', backupTick));
  over.backup.onTrust?.(backup, '');
  const trade = (side: 'primary' | 'backup', id: InstrumentId, price: number): void =>
    over[side].onEvent({
      type: 'trade',
      instrument: id,
      venueTimeUs: unixUs(clock.nowUs()),
      receiveTimeUs: clock.nowUs(),
      price: priceTicks(price),
      size: sizeLots(1),
      aggressor: AGGRESSOR_BUY,
      tradeId: String(price),
    });
  const last = (): string => {
    const { tick } = engine.dictionary.definition(instrumentId(0));
    return stepsToText(engine.state.columns.last[0]!, tick);
  };
  return { clock, engine, over, backup, trust, arrived, trade, last };
}

const TENTHS = { units: 1, decimals: 1 };
const CENTS = { units: 1, decimals: 2 };

describe('a backup that stands in for a primary that is not there', () => {
  it.each([
    ['finer', TENTHS, CENTS, 1_002, '100.2', '100.20'],
    ['coarser', CENTS, TENTHS, 10_025, '100.25', '100.25'],
  ] as const)(
    'keeps its prices when the primary comes with %s steps',
    (_, backupTick, primaryTick, price, shown, then) => {
      const { clock, engine, over, backup, trust, arrived, trade, last } = awayPrimary(backupTick);
      clock.advance(750);
      expect(engine.dictionary.size).toBe(0);
      clock.advance(1_500);
      expect(engine.dictionary.definition(instrumentId(0))).toMatchObject({
        venue: 'coinbase',
        symbol: 'BTC-USD',
      });
      trade('backup', backup, price);
      expect([last(), trust.get(instrumentId(0)) ?? '']).toEqual([shown, '']);
      clock.advance(5_000);

      const primary = over.primary.define(definition('coinbase', 'BTC-USD', primaryTick));
      expect([primary, engine.dictionary.size, arrived]).toEqual([instrumentId(0), 1, [primary]]);
      expect(last()).toBe(then);
      // The state of bars and trades is in the same steps as the price.
      const { tick } = engine.dictionary.definition(primary);
      const bar = engine.bars.range(60, primary, 0, Number.POSITIVE_INFINITY, 1)[0]!;
      expect(stepsToText(bar.close, tick)).toBe(then);
      trade('backup', backup, price + 10);
      const grown = backupTick === TENTHS ? '101.20' : '100.35';
      expect(last()).toBe(grown);

      over.primary.onTrust?.(primary, '');
      clock.advance(11_000);
      trade('primary', primary, primaryTick === CENTS ? 10_130 : 1_013);
      expect(last()).toBe('101.30');
      expect(engine.counters.toRecord()).toEqual({});
      over.close();
    },
  );

  it('says that a name was wrong when the primary spells it in another way', () => {
    const { clock, engine, over, trust } = awayPrimary(CENTS, ['BTC-USD']);
    clock.advance(3_000);
    over.primary.define(definition('coinbase', 'BTCUSD', CENTS));
    expect(engine.dictionary.size).toBe(2);
    expect(trust.get(instrumentId(0))).toBe('coinbase calls it BTCUSD.');
    over.close();
  });
});
