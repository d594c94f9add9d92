/** The part of `navigator.wakeLock` that is used; undefined where the browser has none. */
type WakeLocks = { request(type: 'screen'): Promise<{ release(): Promise<void> }> } | undefined;

/**
 * Keeps the screen on while the page is seen; the browser takes the lock back whenever the page is hidden. Where there are no such
 * locks, or they are refused, nothing happens. Returns the undo.
 */
export function keepScreenOn(
  locks: WakeLocks = (navigator as { wakeLock?: WakeLocks }).wakeLock,
  page: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'> = document,
): () => void {
  let isOver = false;
  let lock: Awaited<ReturnType<NonNullable<WakeLocks>['request']>> | null = null;

  async function take(): Promise<void> {
    if (locks === undefined || isOver || page.visibilityState !== 'visible') return;
    try {
      const taken = await locks.request('screen');
      if (isOver) await taken.release();
      else lock = taken;
    } catch {
      // Refused, e.g. to save power: the screen may go dark.
    }
  }

  const onVisibility = (): void => void take();
  page.addEventListener('visibilitychange', onVisibility);
  void take();
  return () => {
    isOver = true;
    page.removeEventListener('visibilitychange', onVisibility);
    lock?.release().catch(() => undefined);
  };
}
