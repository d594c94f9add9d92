/**
 * No frame for this long while live counts as a stall. The server sends `status` every second to whoever has a subscription, and
 * the page promises to say within 1.5 s that the connection is gone, its own next frame included.
 */
export const STALL_MS = 1_400;
/** After a stall began and a ping went out, this much more silence means that the connection is dead. */
export const PROBE_MS = 3_000;
/** How often a stall is looked at again, so that the seconds in its sentence move. */
const STALL_LOOK_MS = 500;
/** Shortest time between two looks, so that rounding cannot make a busy loop. */
const LOOK_MIN_MS = 10;

export interface LivenessTimes {
  nowMs: number;
  /** When any frame was last heard. */
  heardMs: number;
  /** When a ping last went out. */
  pingedMs: number;
  /** When the first ping after the last frame went out; null = none did. */
  askedMs: number | null;
  /** Whether the server sends something every second: it does once it took a subscription. */
  expectsStatus: boolean;
}

export interface LivenessLimits {
  /** From `welcome`. */
  heartbeatMs: number;
  silenceMaxMs: number;
}

export interface Liveness {
  state: 'live' | 'stalled' | 'dead';
  /** For how long something has been due, ms. */
  silentMs: number;
  /** True when a ping is due now: the heartbeat, or the probe of a stall. */
  ping: boolean;
  /** When to look again, ms from now. */
  nextLookMs: number;
}

/** What the silence so far means. A pure function of times. */
export function judgeLiveness(times: LivenessTimes, limits: LivenessLimits): Liveness {
  const { nowMs, heardMs, pingedMs, askedMs, expectsStatus } = times;
  // Without a subscription only the answer to a ping is due.
  const silentMs = expectsStatus ? nowMs - heardMs : askedMs === null ? 0 : nowMs - askedMs;
  const deadMs = Math.min(STALL_MS + PROBE_MS, limits.silenceMaxMs);
  if (silentMs >= deadMs) return { state: 'dead', silentMs, ping: false, nextLookMs: 0 };
  const stalled = silentMs >= STALL_MS;
  const heartbeatInMs = limits.heartbeatMs - (nowMs - pingedMs);
  const probe = stalled && expectsStatus && pingedMs < heardMs + STALL_MS;
  const ping = probe || heartbeatInMs <= 0;
  const nextHeartbeatMs = ping ? limits.heartbeatMs : heartbeatInMs;
  // Also with nothing due: a subscription that is taken meanwhile makes a frame a second due.
  const nextStateMs = stalled ? Math.min(deadMs - silentMs, STALL_LOOK_MS) : STALL_MS - silentMs;
  return {
    state: stalled ? 'stalled' : 'live',
    silentMs,
    ping,
    nextLookMs: Math.max(LOOK_MIN_MS, Math.min(nextHeartbeatMs, nextStateMs)),
  };
}
