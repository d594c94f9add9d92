import { expect, it } from 'vitest';
import type { AlertDraft } from '#protocol';
import { setAlertAt } from '#lib/components/alerts/alert-changes.ts';
import type { AlertDesk } from '#lib/components/alerts/alert-desk.svelte.ts';
import { alertEntry } from './alert-entry.ts';

const LAST = 9_000;
const LEVEL = 10_000;

/** Direction of the alert that an Alt-click above the price that is shown makes. */
async function directionSet(shown: { paused: boolean; mode: 'live' | 'replay' }): Promise<string> {
  const drafts: AlertDraft[] = [];
  const desk = {
    alerts: {
      ask: (_method: string, _path: string, draft: AlertDraft) => {
        drafts.push(draft);
        return Promise.resolve({ ok: true, body: { id: 1 } });
      },
    },
    market: () => ({ paused: shown.paused, timeline: { mode: shown.mode } }),
    last: () => LAST,
    say: () => undefined,
  };
  await setAlertAt(desk as unknown as AlertDesk, alertEntry(), LEVEL);
  return (drafts[0]!.condition as { direction: string }).direction;
}

it('an alert at a level waits for the side that the live price comes from, which a replay and a pause do not show', async () => {
  expect(await directionSet({ paused: false, mode: 'live' })).toBe('above');
  expect(await directionSet({ paused: false, mode: 'replay' })).toBe('either');
  expect(await directionSet({ paused: true, mode: 'live' })).toBe('either');
});
