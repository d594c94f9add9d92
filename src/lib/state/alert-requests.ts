import type { AlertDraft, AlertRule } from '#protocol';
import type { AlertAnswer } from '../client/alert-link.ts';
import type { Alerts } from './alerts.svelte.ts';

/** What the server can be asked to do with its alerts. What comes of it is shown when it comes back as news. */
type Asked = Pick<Alerts, 'ask'>;

export function createAlert(alerts: Asked, draft: Partial<AlertDraft>): Promise<AlertAnswer<AlertRule>> {
  return alerts.ask('POST', '', draft);
}

export function changeAlert(
  alerts: Asked,
  id: number,
  draft: Partial<AlertDraft>,
): Promise<AlertAnswer<AlertRule>> {
  return alerts.ask('PATCH', `/${id}`, draft);
}

export function removeAlert(alerts: Asked, id: number): Promise<AlertAnswer<null>> {
  return alerts.ask('DELETE', `/${id}`);
}

export function restoreAlert(alerts: Asked, id: number): Promise<AlertAnswer<AlertRule>> {
  return alerts.ask('POST', `/${id}/restore`, {});
}

export function rearmAlert(alerts: Asked, id: number): Promise<AlertAnswer<AlertRule>> {
  return alerts.ask('POST', `/${id}/rearm`, {});
}

/** @param id null = all rules */
export function muteAlert(alerts: Asked, id: number | null, untilUs: number): Promise<AlertAnswer<null>> {
  return alerts.ask('POST', id === null ? '/mute' : `/${id}/mute`, { untilUs });
}
