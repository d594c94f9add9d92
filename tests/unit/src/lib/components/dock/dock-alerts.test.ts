import { expect, it } from 'vitest';
import type { AlertFiring, AlertRule } from '#protocol';
import { dockAlerts } from '../../../../../../src/lib/components/dock/dock-alerts.ts';

const firing = (seq: number, rule: number, timeUs: number): AlertFiring => ({
  seq,
  rule,
  timeUs,
  instrument: 'x:A',
  value: '1',
  message: `alert ${seq}`,
  note: '',
  muted: seq === 2,
  delivery: null,
});
const rule = (id: number, direction: 'above' | 'below'): AlertRule =>
  ({ id, condition: { kind: 'price', field: 'last', direction, level: '1' } }) as unknown as AlertRule;

it('alerts and feeds stand in one list, newest first, with their direction as a shape', () => {
  const rows = dockAlerts(
    [firing(3, 9, 400), firing(2, 2, 300), firing(1, 1, 100)],
    [rule(1, 'above'), rule(2, 'below')],
    [
      { number: 1, kind: 'feed', atUs: 200, text: 'kraken: stale.', counter: null },
      { number: 2, kind: 'loss', atUs: 250, text: ': 1.', counter: 'trades_lost' },
    ],
  );
  expect(rows.map(({ text, mark, isMuted }) => [text, mark, isMuted])).toEqual([
    ['alert 3', '◆', false],
    ['alert 2', '▼', true],
    ['kraken: stale.', '■', false],
    ['alert 1', '▲', false],
  ]);
});

it('what fired in a replay stands first, marked as such', () => {
  const [first, second] = dockAlerts([firing(1, 1, 900)], [], [], [firing(-1, 1, 5)]);
  expect([first?.isReplay, first?.timeUs, second?.isReplay]).toEqual([true, 5, false]);
});
