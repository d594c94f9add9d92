import { expect, it } from 'vitest';
import type { AlertRule } from '#protocol';
import { alertLevels } from '#lib/components/alerts/alert-levels.ts';
import { alertEntry } from './alert-entry.ts';

const rule = (level: string, more: Partial<AlertRule> = {}): AlertRule => ({
  id: 1,
  selectors: ['SIM:BTC-USD'],
  condition: { kind: 'price', field: 'last', direction: 'either', level },
  repeat: false,
  rearmBy: '',
  minIntervalS: 0,
  note: '',
  webhook: '',
  enabled: true,
  createdUs: 0,
  mutedUntilUs: 0,
  phases: { new: 0, armed: 1, rearming: 0, fired: 0 },
  leftOut: 0,
  firings: 0,
  lastFiredUs: 0,
  ...more,
});

it('a chart has the levels of its own alerts that can still fire, also between two ticks', () => {
  const fired = { new: 0, armed: 0, rearming: 0, fired: 1 };
  const rules = [
    rule('100'),
    rule('100.005', { selectors: ['BTC-USD'] }),
    rule('101', { selectors: ['SIM:ETH-USD'] }),
    rule('102', { enabled: false }),
    rule('103', { phases: fired }),
    rule('104', { condition: { kind: 'stale', seconds: 5 } as AlertRule['condition'] }),
  ];
  expect(alertLevels(rules, alertEntry())).toEqual([10_000, 10_000.5]);
});
