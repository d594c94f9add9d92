import { mayReconnect } from '#protocol';

/** Ceiling of the first wait and of any wait, ms. */
export const BACKOFF_FIRST_MS = 250;
export const BACKOFF_MAX_MS = 10_000;

export interface LostConnection {
  /** Close code of the socket, or of the `goodbye` before it. */
  closeCode: number;
  /** Attempts that failed in a row before this loss; 0 after a connection that stood. */
  failures: number;
  /** What `goodbye` asked for; null when it did not say. */
  retryAfterMs: number | null;
}

export type ReconnectDecision = { action: 'stop' } | { action: 'retry'; delayMs: number };

/**
 * Whether and when to come back. Full jitter (a wait anywhere between nothing and a ceiling that doubles) spreads the
 * clients of a server that went away evenly; a stated time is kept and then spread by one first ceiling.
 * @param random a number in [0, 1)
 */
export function decideReconnect(lost: LostConnection, random: () => number): ReconnectDecision {
  if (!mayReconnect(lost.closeCode)) return { action: 'stop' };
  if (lost.retryAfterMs !== null) {
    return { action: 'retry', delayMs: lost.retryAfterMs + random() * BACKOFF_FIRST_MS };
  }
  const ceilingMs = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(lost.failures, 30));
  return { action: 'retry', delayMs: random() * ceilingMs };
}
