import { expect, it } from 'vitest';
import {
  changeAlert,
  createAlert,
  muteAlert,
  rearmAlert,
  removeAlert,
  restoreAlert,
} from '#lib/state/alert-requests.ts';

it('each change is asked for at the place where the server takes it', async () => {
  const asked: unknown[][] = [];
  const alerts = {
    ask: (...request: unknown[]) => {
      asked.push(request);
      return Promise.resolve({ ok: true as const, body: null as never });
    },
  };
  await createAlert(alerts, { note: 'a' });
  await changeAlert(alerts, 3, { enabled: false });
  await removeAlert(alerts, 3);
  await restoreAlert(alerts, 3);
  await rearmAlert(alerts, 3);
  await muteAlert(alerts, 3, 5);
  await muteAlert(alerts, null, 0);
  expect(asked).toEqual([
    ['POST', '', { note: 'a' }],
    ['PATCH', '/3', { enabled: false }],
    ['DELETE', '/3'],
    ['POST', '/3/restore', {}],
    ['POST', '/3/rearm', {}],
    ['POST', '/3/mute', { untilUs: 5 }],
    ['POST', '/mute', { untilUs: 0 }],
  ]);
});
