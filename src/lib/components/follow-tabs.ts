import type { Desk } from './desk.svelte.ts';

/** Takes over what other tabs of this browser keep, so that each shows the same lists, names and keys; returns the undo. */
export function followTabs(
  desk: Pick<Desk, 'watchlists' | 'keys' | 'alerts' | 'panels' | 'lateReplay'>,
  target: Pick<Window, 'addEventListener' | 'removeEventListener'>,
): () => void {
  const onStorage = (): void => {
    const { watchlists, keys, alerts, panels, lateReplay } = desk;
    for (const kept of [watchlists, keys, alerts, panels.arrangement?.layouts, lateReplay.here?.bookmarks])
      kept?.takeNews();
  };
  target.addEventListener('storage', onStorage);
  return () => target.removeEventListener('storage', onStorage);
}
