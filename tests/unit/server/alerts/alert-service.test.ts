import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { AlertNews } from '#protocol';
import { AlertService } from '../../../../server/alerts/alert-service.ts';
import { AlertStore } from '../../../../server/alerts/alert-store.ts';
import { AlertsError } from '../../../../server/alerts/alerts-error.ts';
import { WebhookList } from '../../../../server/alerts/webhook-list.ts';
import { crossing, draft, freshFolder, WatchedMarket } from './watched-market.ts';

const open: AlertService[] = [];
afterEach(() => {
  for (const service of open.splice(0)) service.close();
});

function bench(path = join(freshFolder(), 'alerts.db'), market = new WatchedMarket()) {
  const news: AlertNews[] = [];
  const notices: string[] = [];
  const store = new AlertStore(path);
  const service = new AlertService({
    store,
    clock: market.clock,
    engine: market.engine,
    taps: market.taps,
    hold: market.hold,
    webhooks: new WebhookList(['ops=https://hooks.example.com/x']),
    mayChange: true,
    onNotice: (sentence) => notices.push(sentence),
    post: async () => ({ status: 200, headers: { get: () => null }, body: null }),
  });
  open.push(service);
  service.listen((told) => news.push(told));
  const firings = (): number[] => news.flatMap((told) => (told.type === 'firing' ? [told.firing.seq] : []));
  /** Prices, and the turn in which what was seen is written. */
  const prices = (...ticks: number[]): void => {
    for (const price of ticks) market.trade(price);
    market.clock.advance(0);
  };
  return { path, market, store, service, news, notices, firings, prices };
}

describe('the alerts of a server', () => {
  it('tell a firing after it was written, and never within the event', () => {
    const { service, market, news, firings } = bench();
    service.create(draft(crossing('100')));
    news.length = 0;
    market.trade(9_000);
    market.trade(11_000);
    expect([news, service.overview().lastSeq]).toEqual([[], 0]);
    market.clock.advance(0);
    expect([firings(), service.overview().lastSeq]).toEqual([[1], 1]);
    expect(news.map(({ type }) => type)).toEqual(['firing', 'rule']);
    expect(service.overview().rules[0]).toMatchObject({ firings: 1, phases: { fired: 1 } });
  });

  it('write a burst together, and not more often than every 100 ms', () => {
    const { service, market, firings, prices } = bench();
    for (let level = 1; level <= 50; level += 1) service.create(draft(crossing(String(level))));
    market.clock.advance(1_000);
    prices(50);
    market.clock.advance(1_000);
    prices(1_050);
    expect(firings()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    prices(2_050);
    expect(firings().length).toBe(10);
    market.clock.advance(100);
    expect(firings().length).toBe(20);
  });

  it('go on after a restart where they were: nothing is lost, nothing comes twice', () => {
    const first = bench();
    first.service.create(draft(crossing('100'), { repeat: true }));
    first.prices(9_000);
    first.service.close();
    open.length = 0;
    // What happened meanwhile is seen by the first price.
    const second = bench(first.path);
    second.prices(11_000);
    expect(second.firings()).toEqual([1]);
    second.service.close();
    open.length = 0;
    const third = bench(first.path);
    third.prices(12_000);
    third.market.clock.advance(5_000);
    third.prices(9_000);
    third.market.clock.advance(5_000);
    third.prices(12_000);
    expect(third.firings()).toEqual([2]);
  });

  it('keep a muted firing, and neither tell it as news to act on nor send it', () => {
    const { service, prices, news, market } = bench();
    const { id } = service.create(draft(crossing('100'), { repeat: true, webhook: 'ops' }));
    service.mute(id, market.clock.nowUs() + 3_600e6);
    prices(9_000, 11_000);
    expect(service.history(1e9, 10, null)).toMatchObject([{ muted: true, delivery: null }]);
    service.mute(id, 0);
    service.mute(null, market.clock.nowUs() + 3_600e6);
    market.clock.advance(2_000);
    prices(9_000);
    market.clock.advance(2_000);
    prices(11_000);
    expect(service.history(1e9, 1, null)).toMatchObject([{ seq: 2, muted: true }]);
    expect(news.some((told) => told.type === 'muted')).toBe(true);
  });

  it('arm a rule anew when what decides changes, and not when its note does', () => {
    const { service, prices } = bench();
    const { id } = service.create(draft(crossing('100')));
    prices(9_000, 11_000);
    expect(service.change(id, { note: 'other' }).phases.fired).toBe(1);
    expect(service.change(id, { condition: crossing('120') }).phases).toMatchObject({ armed: 1, fired: 0 });
    prices(12_000);
    expect(service.rearm(id).phases).toMatchObject({ new: 1, fired: 0 });
    expect(service.change(id, { enabled: false }).phases.new).toBe(0);
    expect(service.change(id, { enabled: true }).phases.new).toBe(1);
  });

  it('have a deleted rule back as it was', () => {
    const { service, prices, market } = bench();
    const { id } = service.create(draft(crossing('100')));
    prices(9_000, 11_000);
    service.remove(id);
    expect(market.held).toEqual([]);
    expect(service.overview().rules).toEqual([]);
    expect(service.restore(id)).toMatchObject({ id, firings: 1, phases: { fired: 1 } });
  });

  it('send what a webhook is named for', async () => {
    const { service, prices, news } = bench();
    service.create(draft(crossing('100'), { webhook: 'ops' }));
    prices(9_000, 11_000);
    await expect
      .poll(() => news.at(-1))
      .toMatchObject({ type: 'delivery', seq: 1, delivery: { state: 'done' } });
  });

  it('refuse rules that cannot be, each with a sentence', () => {
    const { service } = bench();
    const refusals: [object, RegExp][] = [
      [{}, /^Name 1 to 64 instruments/],
      [draft(crossing('abc')), /^A level is decimal text/],
      [draft(crossing('1e400')), /^A level is decimal text/],
      [draft(crossing('1'), { selectors: ['!AAA'] }), /^Name 1 to 64 instruments/],
      [draft(crossing('1'), { rearmBy: '-1' }), /^The distance to re-arm/],
      [draft(crossing('1'), { minIntervalS: 0 }), /^The shortest interval/],
      [draft({ kind: 'change', direction: 'up', percent: '0', windowS: 60 }), /^A change is a percentage/],
      [
        draft({ kind: 'change', direction: 'up', percent: '0.0000001', windowS: 60 }),
        /^A change is a percentage/,
      ],
      [draft({ kind: 'volume', times: '3', recentS: 60, baseS: 60 }), /^A condition is of kind/],
      [draft({ kind: 'stale', seconds: 0.5 }), /^Silence is 1 to/],
      [
        draft(crossing('1'), { webhook: 'http://169.254.169.254/' }),
        /^The operator of this server allows no such/,
      ],
      [{ ...draft(crossing('1')), __proto__x: 1 }, /^A rule is/],
    ];
    for (const [body, sentence] of refusals) {
      expect(() => service.create(body), sentence.source).toThrow(AlertsError);
      expect(() => service.create(body)).toThrow(sentence);
    }
    expect(() => service.change(99, {})).toThrow('There is no alert 99.');
  });

  it('are 500 at most', () => {
    const { service } = bench();
    for (let count = 0; count < 500; count += 1) service.create(draft(crossing('1'), { enabled: false }));
    expect(() => service.create(draft(crossing('1')))).toThrow('There are 500 alerts: delete one first.');
  }, 30_000);

  it('wait for a disk that refuses, say so, and tell when it was written', () => {
    const { service, store, prices, market, notices, firings } = bench();
    service.create(draft(crossing('100'), { repeat: true }));
    const { write } = store;
    store.write = () => {
      throw new AlertsError('disk', 'The disk is full.');
    };
    prices(9_000, 11_000);
    expect([firings(), notices, service.overview().message]).toEqual([
      [],
      ['Alerts wait to be written: The disk is full.'],
      'The disk is full.',
    ]);
    store.write = write;
    market.clock.advance(1_000);
    expect([firings(), service.overview().message]).toEqual([[1], '']);
  });

  it('leave no timer behind', () => {
    const { service, market } = bench();
    service.create(draft(crossing('100')));
    market.trade(9_000);
    service.close();
    expect(market.clock.pendingTimers).toBe(0);
  });
});
