import type { Desk } from './desk.svelte.ts';
import { takeNewPins } from './lists/pins.ts';

/** Takes over what another tab of this browser has kept, so that each shows the same lists, names and keys. */
export function takeNews(
  desk: Pick<Desk, 'watchlists' | 'keys' | 'alerts' | 'panels' | 'lateReplay' | 'pins' | 'say'>,
): void {
  const { watchlists, keys, alerts, panels, lateReplay } = desk;
  for (const kept of [watchlists, keys, alerts, panels.arrangement?.layouts, lateReplay.here?.bookmarks])
    kept?.takeNews();
  takeNewPins(desk);
}
