import { formatDateTime } from '../../format/index.ts';
import type { Desk } from '../desk.svelte.ts';
import type { PaletteCommand } from '../shell/palette-search.ts';
import { alertTime } from './alert-time.ts';
import { parseJump, type JumpContext, type JumpGoal } from './jump-time.ts';
import { sessionStart } from './session-start.ts';

/** What a text means where the viewer is now: a time, or an alert that fired. */
export function readJump(text: string, desk: Desk): JumpGoal {
  const goal = parseJump(text, jumpContext(desk));
  if (goal.ok) return goal;
  const { replay, replaying, alerts } = desk;
  const timeUs = alertTime(text, [...(replaying ? alerts.replayed : []), ...alerts.history], replay.span);
  return timeUs === null ? goal : { ok: true, timeUs };
}

/** Goes there; opens the tape where live is watched. */
export function jumpTo(desk: Desk, timeUs: number | 'live'): void {
  if (timeUs === 'live') desk.goLive();
  else desk.replay.goTo(timeUs);
}

/** What `@14:32` in the palette offers: to go there, or to put it right. */
export function jumpCommand(desk: Desk, text: string): PaletteCommand {
  const goal = text === '' ? null : readJump(text, desk);
  if (goal?.ok !== true)
    return { title: goal?.message ?? 'Go to a time', words: '', run: () => desk.openJump(text) };
  const where = goal.timeUs === 'live' ? 'live' : formatDateTime(goal.timeUs, desk.zone);
  return { title: `Go to ${where}`, words: '', run: () => jumpTo(desk, goal.timeUs) };
}

function jumpContext({ replay, market, zone, replaying }: Desk): JumpContext {
  const { timeline } = market;
  const { fromUs, toUs } = replay.span;
  const nowUs = timeline.nowUs() || replay.liveNowUs;
  return {
    nowUs,
    fromUs,
    toUs,
    zone,
    openUs: sessionStart(timeline.density, nowUs, fromUs),
    endsNow: !replaying || replay.visit.isTape,
  };
}
