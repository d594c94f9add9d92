import { describe, expect, it } from 'vitest';
import type { AlertFiring, AlertNews, AlertOverview, AlertRule } from '#protocol';
import { Entitlements } from '../../../../server/access/entitlement.ts';
import { AlertView } from '../../../../server/alerts/alert-view.ts';
import { Dictionary } from '../../../../server/engine/dictionary.ts';
import { instrument } from '../../../support/test-timeline.ts';

const dictionary = new Dictionary();
for (const symbol of ['BTC-USD', 'ETH-USD']) dictionary.define(instrument(symbol));
const view = new AlertView(new Entitlements().of(['BTC-*'])!, dictionary);

const rule = (id: number, ...selectors: string[]): AlertRule => ({
  id,
  selectors,
  condition: { kind: 'stale', seconds: 5 },
  repeat: false,
  rearmBy: '0',
  minIntervalS: 60,
  note: '',
  webhook: 'desk',
  enabled: true,
  createdUs: 1,
  mutedUntilUs: 0,
  phases: { new: 0, armed: 1, rearming: 0, fired: 0 },
  leftOut: 0,
  firings: 0,
  lastFiredUs: 0,
});
const firing = (seq: number, key: string): AlertFiring => ({
  seq,
  rule: 1,
  timeUs: 1,
  instrument: key,
  value: '1',
  message: `${key} is silent.`,
  note: '',
  muted: false,
  delivery: { webhook: 'desk', state: 'done', attempts: 1, message: '' },
});

describe('alerts of viewers who may not see everything', () => {
  it('[SEC7] [SEC8] are those that concern nothing hidden, and cannot be changed', () => {
    const rules = [
      rule(1, 'BTC-*'),
      rule(2, '*'),
      rule(3, 'ETH-USD'),
      rule(4, 'NOPE'),
      rule(5, 'test:BTC-USD'),
    ];
    const overview: AlertOverview = {
      available: true,
      message: '',
      mayChange: true,
      store: 'a',
      lastSeq: 0,
      mutedUntilUs: 0,
      rules,
      webhooks: ['desk'],
      webhookOrigins: ['https://hooks.example.com'],
    };
    const seen = view.overview(overview);
    expect(seen.rules.map(({ id, webhook }) => [id, webhook])).toEqual([
      [1, ''],
      [5, ''],
    ]);
    expect(seen).toMatchObject({ mayChange: false, webhooks: [], webhookOrigins: [] });
  });

  it('[SEC7] fire for them only where they may see the instrument', () => {
    const [btc, eth] = [firing(1, 'test:BTC-USD'), firing(2, 'test:ETH-USD')];
    expect(view.firings([btc, eth])).toEqual([{ ...btc, delivery: null }]);
    const told = (news: AlertNews): AlertNews | null => view.news(news);
    expect(told({ type: 'firing', firing: eth })).toBeNull();
    expect(told({ type: 'firing', firing: btc })).toMatchObject({ firing: { seq: 1 } });
    expect(told({ type: 'delivery', seq: 2, delivery: eth.delivery! })).toBeNull();
    expect(told({ type: 'rule', rule: rule(1, 'ETH-USD') })).toEqual({ type: 'removed', id: 1 });
    expect(told({ type: 'muted', mutedUntilUs: 5 })).toEqual({ type: 'muted', mutedUntilUs: 5 });
  });
});
