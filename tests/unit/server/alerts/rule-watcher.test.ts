import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instrumentId, unixUs, type MarketEvent } from '#protocol';
import { bar, trade } from '../../../support/test-timeline.ts';
import { crossing, draft, WatchedMarket, WatcherBench } from './watched-market.ts';

/** What it should do, written down the plain way: prices are whole ticks, and the level may lie between two. */
function crossings(
  prices: readonly number[],
  level: number,
  direction: 'above' | 'below' | 'either',
): number {
  let side = 0;
  let count = 0;
  for (const price of prices) {
    const now = Math.sign(price - level);
    const fromBelow = side < 0 && now >= 0;
    const fromAbove = side > 0 && now <= 0;
    if ((fromBelow && direction !== 'below') || (fromAbove && direction !== 'above')) {
      count += 1;
      // At the level it belongs to neither side: it has to leave it first.
      side = now;
    } else if (now !== 0) side = now;
  }
  return count;
}

describe('a price alert', () => {
  it('fires when the price reaches the level from below, once', () => {
    const bench = new WatcherBench();
    bench.set(1, draft(crossing('100.00')));
    expect(bench.after([9_990, 9_999, 10_000, 10_001, 9_990, 10_050])).toEqual([0, 0, 1, 1, 1, 1]);
    expect(bench.firings).toMatchObject([
      {
        rule: 1,
        instrument: 'test:AAA',
        value: '100.00',
        message: 'AAA (test): last 100.00, at or above 100.00',
      },
    ]);
    expect(bench.phase()).toBe('fired');
  });

  it('does not fire for a price that is beyond the level from the start', () => {
    const bench = new WatcherBench();
    bench.market.trade(10_500);
    bench.set(1, draft(crossing('100')));
    expect(bench.phase()).toBe('new');
    expect(bench.after([10_400, 10_000, 9_999, 10_000])).toEqual([0, 0, 0, 1]);
  });

  it('sees a price that leaps over the level', () => {
    const bench = new WatcherBench();
    bench.set(1, draft(crossing('100', 'below')));
    expect(bench.after([20_000, 5])).toEqual([0, 1]);
  });

  it('takes a level between two ticks: the tick above from below, the tick below from above', () => {
    const bench = new WatcherBench();
    bench.set(1, draft(crossing('100.005'), { repeat: true }));
    bench.set(2, draft(crossing('100.005', 'below'), { repeat: true }));
    expect(bench.after([10_000, 10_001, 10_000])).toEqual([0, 1, 2]);
    expect(bench.firings.map(({ rule, value }) => [rule, value])).toEqual([
      [1, '100.01'],
      [2, '100.00'],
    ]);
  });

  it('watches bid and ask where it is told to', () => {
    const bench = new WatcherBench();
    bench.set(1, draft(crossing('1', 'above', 'bid')));
    bench.set(2, draft(crossing('1', 'below', 'ask')));
    bench.market.quote(90, 110);
    bench.market.quote(95, 100);
    expect(bench.firings.map(({ rule }) => rule)).toEqual([2]);
    bench.market.quote(100, 101);
    expect(bench.firings.map(({ rule }) => rule)).toEqual([2, 1]);
  });

  it('is armed again only when the price has come back by the distance, and after the shortest interval', () => {
    const bench = new WatcherBench();
    bench.set(1, draft(crossing('100'), { repeat: true, rearmBy: '0.05', minIntervalS: 10 }));
    expect(bench.after([9_990, 10_000, 9_996, 10_000, 9_995, 10_000])).toEqual([0, 1, 1, 1, 1, 1]);
    // Back far enough, but too early; then late enough, but above.
    bench.market.clock.advance(10_000);
    expect(bench.phase()).toBe('rearming');
    expect(bench.after([9_994, 10_000])).toEqual([1, 2]);
  });

  it('is armed by the clock when the price is back already as the interval ends', () => {
    const bench = new WatcherBench();
    bench.set(1, draft(crossing('100'), { repeat: true, minIntervalS: 10 }));
    bench.after([9_990, 10_000, 9_990]);
    expect(bench.phase()).toBe('rearming');
    bench.market.clock.advance(10_000);
    expect(bench.phase()).toBe('armed');
    expect(bench.after([10_000])).toEqual([2]);
  });

  it.each(['above', 'below', 'either'] as const)(
    'fires exactly once for each crossing of any run of prices: %s',
    (direction) => {
      const run = fc.array(fc.integer({ min: 95, max: 105 }), { minLength: 1, maxLength: 80 });
      fc.assert(
        fc.property(run, fc.constantFrom('1.00', '0.995', '1.021'), (prices, level) => {
          const bench = new WatcherBench();
          bench.set(1, draft(crossing(level, direction), { repeat: true, minIntervalS: 1 }));
          for (const price of prices) {
            bench.market.trade(price);
            bench.market.clock.advance(1_000);
          }
          expect(bench.firings.length).toBe(crossings(prices, Number(level) * 100, direction));
          bench.watcher.close();
        }),
      );
    },
  );

  it('says the same after any restart as without one', () => {
    const run = fc.array(fc.integer({ min: 95, max: 105 }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(run, fc.nat(39), fc.constantFrom('above', 'below', 'either'), (prices, cut, direction) => {
        const rule = draft(crossing('1', direction), { repeat: true, minIntervalS: 1 });
        const whole = new WatcherBench();
        let parted = new WatcherBench();
        for (const bench of [whole, parted]) bench.set(1, rule);
        let firings = 0;
        for (const [at, price] of prices.entries()) {
          if (at === cut) {
            firings = parted.firings.length;
            const { states, market } = parted;
            const clock = market.clock.nowUs();
            parted = new WatcherBench(new WatchedMarket(), states.values());
            parted.market.clock.skip((clock - parted.market.clock.nowUs()) / 1000);
            parted.set(1, rule);
          }
          for (const bench of [whole, parted]) {
            bench.market.trade(price);
            bench.market.clock.advance(1_000);
          }
        }
        expect(firings + parted.firings.length).toBe(whole.firings.length);
      }),
    );
  });
});

describe('an alert on change', () => {
  it('fires when the price is so far above the lowest of the window', () => {
    const bench = new WatcherBench();
    bench.set(1, draft({ kind: 'change', direction: 'up', percent: '2', windowS: 60 }));
    bench.after([10_100, 10_000]);
    bench.market.clock.advance(30_000);
    expect(bench.after([10_199, 10_200])).toEqual([0, 1]);
    expect(bench.firings[0]).toMatchObject({
      value: '2.00',
      message: 'AAA (test): last rose 2.00% within 1 min',
    });
  });

  it('watches a price below zero as changes of it are shown, and through zero', () => {
    const bench = new WatcherBench();
    bench.set(1, draft({ kind: 'change', direction: 'up', percent: '2', windowS: 60 }));
    bench.set(2, draft({ kind: 'change', direction: 'either', percent: '150', windowS: 60 }));
    expect(bench.after([-10_000, -9_801, -9_800, 0, 5_000])).toEqual([0, 0, 1, 1, 2]);
    expect(bench.firings.map(({ message }) => message)).toEqual([
      'AAA (test): last rose 2.00% within 1 min',
      'AAA (test): last rose 150.00% within 1 min',
    ]);
  });

  it('forgets what is older than the window, and knows a price that stood still', () => {
    const bench = new WatcherBench();
    bench.set(1, draft({ kind: 'change', direction: 'either', percent: '5', windowS: 10 }, { repeat: true }));
    bench.after([10_000]);
    // Slowly: less than 5 % in any ten seconds.
    for (let price = 10_100; price <= 12_000; price += 100) {
      bench.market.clock.advance(5_000);
      bench.market.trade(price);
    }
    expect(bench.firings).toEqual([]);
    bench.market.clock.advance(60_000);
    bench.market.trade(11_300);
    expect(bench.firings.map(({ value }) => value)).toEqual(['-5.83']);
  });

  it('fires again when the move has left the window and another comes', () => {
    const bench = new WatcherBench();
    bench.set(1, draft({ kind: 'change', direction: 'up', percent: '1', windowS: 5 }, { repeat: true }));
    bench.after([10_000, 10_100, 10_150]);
    expect(bench.firings.length).toBe(1);
    bench.market.clock.advance(7_000);
    expect(bench.phase()).toBe('armed');
    bench.after([10_252]);
    expect(bench.firings.length).toBe(2);
  });
});

describe('an alert on volume', () => {
  it('fires when the last seconds hold so many times what those before held, and not before it can know', () => {
    const bench = new WatcherBench();
    bench.set(1, draft({ kind: 'volume', times: '3', recentS: 10, baseS: 60 }));
    const { clock } = bench.market;
    for (let second = 0; second < 70; second += 1) {
      bench.market.trade(10_000, 10);
      clock.advance(1_000);
    }
    expect([bench.phase(), bench.firings.length]).toEqual(['armed', 0]);
    bench.market.trade(10_000, 150);
    expect(bench.firings.length).toBe(0);
    bench.market.trade(10_000, 100);
    expect(bench.firings.length).toBe(1);
    expect(Number(bench.firings[0]!.value)).toBeGreaterThanOrEqual(3);
  });

  it('says nothing where nothing was traded before', () => {
    const bench = new WatcherBench();
    bench.set(1, draft({ kind: 'volume', times: '2', recentS: 5, baseS: 10 }));
    bench.market.clock.advance(60_000);
    bench.market.trade(10_000, 1_000_000);
    expect(bench.firings).toEqual([]);
  });
});

describe('an alert on the volume of bars', () => {
  const minute = (at: number, volume: number): MarketEvent =>
    bar(0, 60, { startS: 1_790_856_000 + 60 * at, open: 5, high: 5, low: 5, close: 5, volume });

  it('counts one that comes again by what it grew, and none of the past', () => {
    const bench = new WatcherBench();
    bench.set(1, draft({ kind: 'volume', times: '3', recentS: 60, baseS: 300 }));
    const { clock, taps } = bench.market;
    for (let at = 0; at < 10; at += 1) {
      taps.onEvent(minute(at, 20));
      clock.advance(60_000);
    }
    for (const volume of [20, 21, 21, 22]) taps.onEvent(minute(9, volume));
    for (let at = 0; at < 9; at += 1) taps.onEvent(minute(at, 20));
    expect([bench.phase(), bench.firings]).toEqual(['armed', []]);
    taps.onEvent(minute(10, 90));
    expect(bench.firings).toHaveLength(1);
  });
});

describe('an alert on volume, of trades that come hours late', () => {
  it('takes them for history', () => {
    const bench = new WatcherBench();
    bench.set(1, draft({ kind: 'volume', times: '3', recentS: 10, baseS: 60 }));
    const { clock, taps } = bench.market;
    for (let second = 0; second < 80; second += 1) {
      bench.market.trade(10_000, 10);
      clock.advance(1_000);
    }
    const late = { ...trade(0, clock.nowUs() - 3_600e6, 10_000, 5_000), receiveTimeUs: clock.nowUs() };
    taps.onEvent(late);
    clock.advance(1_000);
    expect(bench.firings).toEqual([]);
    taps.onEvent({ ...late, venueTimeUs: unixUs(clock.nowUs() - 2e6) });
    expect(bench.firings).toHaveLength(1);
  });
});

describe('an alert on the spread', () => {
  it('fires in ticks and in hundredths of a percent, exactly at the threshold', () => {
    const bench = new WatcherBench();
    bench.set(1, draft({ kind: 'spread', unit: 'ticks', atLeast: '5' }));
    bench.set(2, draft({ kind: 'spread', unit: 'bp', atLeast: '10' }));
    bench.market.quote(9_997, 10_001);
    expect(bench.firings).toEqual([]);
    bench.market.quote(9_996, 10_001);
    expect(bench.firings.map(({ rule, value }) => [rule, value])).toEqual([[1, '5']]);
    // 10 of 20,000 / 2 is 10 bp to the tick.
    bench.market.quote(9_995, 10_005);
    expect(bench.firings.at(-1)).toMatchObject({ rule: 2, value: '10.00' });
  });

  it('is one of prices below zero too', () => {
    const bench = new WatcherBench();
    bench.set(1, draft({ kind: 'spread', unit: 'bp', atLeast: '10' }));
    bench.market.quote(-10_004, -9_995);
    expect(bench.firings).toEqual([]);
    bench.market.quote(-10_005, -9_995);
    expect(bench.firings.map(({ value }) => value)).toEqual(['10.00']);
  });

  it('is one firing while it stays wide', () => {
    const bench = new WatcherBench();
    bench.set(1, draft({ kind: 'spread', unit: 'ticks', atLeast: '5' }, { repeat: true, rearmBy: '2' }));
    for (const ask of [10_010, 10_006, 10_004, 10_006, 10_002]) {
      bench.market.quote(10_000, ask);
      bench.market.clock.advance(1_000);
    }
    expect([bench.firings.length, bench.phase()]).toEqual([1, 'armed']);
  });
});

describe('an alert on silence', () => {
  it('fires after so long without an update, and again after the next silence', () => {
    const bench = new WatcherBench();
    bench.set(1, draft({ kind: 'stale', seconds: 30 }, { repeat: true }));
    bench.market.trade(10_000);
    bench.market.clock.advance(29_000);
    bench.market.quote(9_999, 10_001);
    bench.market.clock.advance(29_000);
    expect(bench.firings).toEqual([]);
    bench.market.clock.advance(1_000);
    expect(bench.firings).toMatchObject([{ value: '30', message: 'AAA (test): no update for 30 s' }]);
    bench.market.clock.advance(300_000);
    expect(bench.firings.length).toBe(1);
    bench.market.trade(10_000);
    bench.market.clock.advance(31_000);
    expect(bench.firings.length).toBe(2);
  });

  it('does not fire anew after a restart in the midst of the silence', () => {
    const states = [{ rule: 1, instrument: 'test:AAA', phase: 'rearming', firedUs: 1, side: 0 }] as const;
    const bench = new WatcherBench(new WatchedMarket(), states);
    bench.set(1, draft({ kind: 'stale', seconds: 30 }, { repeat: true }));
    bench.market.clock.advance(120_000);
    expect(bench.firings).toEqual([]);
    bench.market.trade(10_000);
    bench.market.clock.advance(31_000);
    expect(bench.firings.length).toBe(1);
  });
});

describe('an alert on silence of a share', () => {
  const untilMs = (bench: { clock: { nowUs(): number } }, iso: string): number =>
    Date.parse(iso) - bench.clock.nowUs() / 1000;

  /** One that trades until the close of Friday, 13 November 2026, in New York. */
  function closedBench(repeat = true): WatcherBench {
    const market = new WatchedMarket([]);
    market.clock.advance(untilMs(market, '2026-11-13T20:59:50Z'));
    market.define('AAA', { assetClass: 'equity' });
    const bench = new WatcherBench(market);
    bench.set(1, draft({ kind: 'stale', seconds: 30 }, { repeat }));
    market.trade(10_000);
    return bench;
  }

  it('does not fire after the close, nor over the weekend, nor as soon as trading begins', () => {
    const bench = closedBench();
    bench.market.clock.advance(60_000);
    bench.market.clock.advance(untilMs(bench.market, '2026-11-16T14:30:28Z'));
    expect(bench.firings).toEqual([]);
    bench.market.clock.advance(5_000);
    expect(bench.firings.length).toBe(1);
  });

  it('fires for a silence in what is traded after the close', () => {
    const bench = closedBench();
    bench.market.clock.advance(600_000);
    bench.market.trade(10_000);
    bench.market.clock.advance(31_000);
    expect(bench.firings.length).toBe(1);
  });
});

describe('the watcher of rules', () => {
  it('waits for an instrument that is not known yet, and watches each that matches for itself', () => {
    const bench = new WatcherBench();
    bench.set(1, draft(crossing('100'), { selectors: ['B*', '!BAD'] }));
    expect(bench.watcher.phases(1)).toEqual({ new: 0, armed: 0, rearming: 0, fired: 0 });
    for (const symbol of ['BBB', 'BAD', 'BCC']) bench.market.define(symbol);
    for (const id of [1, 2, 3]) for (const price of [9_000, 11_000]) bench.market.trade(price, 1, id);
    expect(bench.firings.map(({ instrument }) => instrument)).toEqual(['test:BBB', 'test:BCC']);
  });

  it('wants the instruments from their feeds, and lets those go that can fire no more', () => {
    const bench = new WatcherBench(new WatchedMarket(['AAA', 'BBB']));
    bench.set(1, draft(crossing('100'), { selectors: ['*'] }));
    expect(bench.market.held).toEqual([0, 1]);
    bench.after([9_000, 11_000]);
    expect(bench.market.held).toEqual([1]);
    bench.watcher.remove(1);
    expect(bench.market.held).toEqual([]);
  });

  it('does nothing for a rule that is switched off or taken away', () => {
    const bench = new WatcherBench();
    bench.set(1, draft(crossing('100'), { enabled: false }));
    bench.set(2, draft(crossing('100')));
    bench.watcher.remove(2);
    expect(bench.after([9_000, 11_000])).toEqual([0, 0]);
  });

  it('tells a level in the new ticks when an instrument becomes finer', () => {
    const bench = new WatcherBench();
    bench.set(1, draft(crossing('100.005')));
    bench.after([9_990]);
    bench.market.define('AAA', { tick: { units: 1, decimals: 3 } });
    expect(bench.after([100_004, 100_005])).toEqual([0, 1]);
  });

  it('leaves out an instrument in whose ticks the level cannot be told', () => {
    const bench = new WatcherBench();
    bench.set(1, draft(crossing('9007199254740991')));
    expect([bench.watcher.leftOut(1), bench.watcher.phases(1).new]).toEqual([1, 0]);
  });

  it('goes through all rules of an event also when one of them is done by it', () => {
    const bench = new WatcherBench();
    for (const id of [1, 2, 3]) bench.set(id, draft(crossing('100'), { repeat: id === 2 }));
    bench.after([9_000, 11_000]);
    expect(bench.firings.map(({ rule }) => rule)).toEqual([1, 2, 3]);
  });

  it('sees a book whose side went as no price', () => {
    const bench = new WatcherBench();
    bench.set(1, draft(crossing('100', 'below', 'bid')));
    const times = { venueTimeUs: unixUs(1), receiveTimeUs: unixUs(1) };
    const at = { type: 'book', instrument: instrumentId(0), ...times } as const;
    bench.market.taps.onEvent({ ...at, snapshot: true, bids: [10_100, 1], asks: [10_200, 1] });
    bench.market.taps.onEvent({ ...at, snapshot: true, bids: [], asks: [10_200, 1] });
    expect([bench.firings.length, bench.phase()]).toEqual([0, 'armed']);
  });

  it('leaves no timer behind', () => {
    const bench = new WatcherBench();
    bench.watcher.close();
    expect(bench.market.clock.pendingTimers).toBe(0);
  });
});
