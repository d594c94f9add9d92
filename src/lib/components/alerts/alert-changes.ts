import type { AlertRule, DictionaryEntry } from '#protocol';
import { stepsAround } from '../../../protocol/alert-level.ts';
import { stepsToText } from '../../../protocol/instrument.ts';
import { formatPrice } from '../../format/index.ts';
import { plainNumber } from '../../format/typed-number.ts';
import { createAlert, removeAlert, restoreAlert } from '../../state/alert-requests.ts';
import type { AlertDesk } from './alert-desk.svelte.ts';
import { levelDraft } from './alert-form.ts';

/** Makes a price alert at once, as `!64200` does. */
export function setAlert(desk: AlertDesk, entry: DictionaryEntry, text: string): Promise<void> {
  return setLevel(desk, entry, plainNumber(text));
}

/** The same at a place on a chart. */
export function setAlertAt(desk: AlertDesk, entry: DictionaryEntry, ticks: number): Promise<void> {
  return setLevel(desk, entry, stepsToText(ticks, entry.tick));
}

async function setLevel(desk: AlertDesk, entry: DictionaryEntry, level: string): Promise<void> {
  const at = stepsAround(level, entry.tick);
  if (at === null) return desk.say(`“${level}” is no price.`);
  const { paused, timeline } = desk.market();
  // Alerts run on live prices. What a replay or a pause shows says nothing of the side that those come from.
  const last = paused || timeline.mode === 'replay' ? Number.NaN : desk.last(entry);
  const draft = levelDraft(entry, level, last, last < at.ceil ? at.ceil : at.floor);
  const answer = await createAlert(desk.alerts, draft);
  if (!answer.ok) return desk.say(answer.message);
  const { id } = answer.body;
  const shown = at.floor === at.ceil ? formatPrice(at.floor, entry) : level;
  return desk.say(`Alert set: ${entry.symbol} at ${shown}.`, () => void removeAlert(desk.alerts, id));
}

/** Takes a rule away, and offers it back. */
export async function takeAway(desk: AlertDesk, { id }: AlertRule, subject: string): Promise<void> {
  const answer = await removeAlert(desk.alerts, id);
  if (!answer.ok) return desk.say(answer.message);
  return desk.say(`Alert on ${subject} deleted.`, () => void bringBack(desk, id));
}

async function bringBack(desk: AlertDesk, id: number): Promise<void> {
  const answer = await restoreAlert(desk.alerts, id);
  if (!answer.ok) desk.say(answer.message);
}
