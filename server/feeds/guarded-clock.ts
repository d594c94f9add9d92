import type { Clock } from '../engine/ports.ts';

/**
 * The clock that a feed from somebody's file is handed: what throws in one of its timers would end the process, and with it every other
 * feed. Told like a promise of its own that failed and that nobody waits for; the timer goes on.
 */
export function guardedClock(clock: Clock, tell: (error: unknown) => unknown = failUnawaited): Clock {
  const guarded = (run: () => void) => (): void => {
    try {
      run();
    } catch (error) {
      tell(error);
    }
  };
  return {
    nowUs: () => clock.nowUs(),
    after: (delayMs, run) => clock.after(delayMs, guarded(run)),
    every: (periodMs, run) => clock.every(periodMs, guarded(run)),
    soon: (run) => clock.soon(guarded(run)),
  };
}

async function failUnawaited(error: unknown): Promise<never> {
  throw error;
}
