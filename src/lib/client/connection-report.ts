import { CLOSE_CODES } from '#protocol';
import type { ConnectionLimits } from './connection-limits.ts';

export type ClientPhase =
  /** The first connection is being made. */
  | 'connecting'
  | 'live'
  /** Live again, for RECOVERED_MS after a reconnect. */
  | 'recovered'
  /** Was live; waits, connects anew, or hears nothing for the moment. */
  | 'reconnecting'
  /** Ended, by `close` or by a code that forbids to come back. */
  | 'stopped';

/** What the client says of its connection. A value: the listener may keep it. */
export interface ConnectionReport {
  phase: ClientPhase;
  /** Number of the attempt that is running or waiting; 0 while live or stalled. */
  attempt: number;
  /** Sentence of the last close or error; empty when all is well. */
  message: string;
  /** How long the wait for the next attempt is in all, ms; null when none is waited for. */
  retryInMs: number | null;
  /** It has ended because the server asks who the viewer is, and the browser cannot say. */
  mustSignIn: boolean;
  /** Instruments whose values had changed when the connection came back. */
  missedUpdates: number;
  /** Sentence while the server serves slower than granted; empty otherwise. */
  throttled: string;
  /**
   * What the server granted on this connection: the rate of the fastest subscription to quotes (0 while there is none), and the cap
   * on all that it sends.
   */
  granted: ConnectionLimits;
}

/** How long `recovered` lasts, ms. */
export const RECOVERED_MS = 2_000;

/** One sentence for a close code, the peer's own words first. */
export function closeSentence(code: number, reason: string): string {
  if (reason !== '') return reason;
  const known = Object.values(CLOSE_CODES).find((entry) => entry.code === code);
  if (known !== undefined) return known.sentence;
  if (code === 1008) return 'The server refused the connection.';
  return 'The connection was lost.';
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** `No data for 1.6 s.` */
export const stallSentence = (silentMs: number): string => `No data for ${seconds(silentMs)} s.`;
