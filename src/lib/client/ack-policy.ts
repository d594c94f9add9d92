import { LIMITS } from '#protocol';

/** Between two acks of a client that lags, ms: twice a second is enough for the server to see the backlog shrink. */
export const ACK_EVERY_MS = 500;
/** A client that lagged has caught up below this, ms. Far below where lagging begins, so that it does not swing between the two. */
export const CAUGHT_UP_MS = LIMITS.ackLagMs / 4;

export interface AckState {
  readonly lags: boolean;
  readonly ackedAtMs: number;
  /** Version that the last ack named; -1 = none on this connection. */
  readonly ackedAsOf: number;
}

export const NOTHING_ACKED: AckState = { lags: false, ackedAtMs: Number.NEGATIVE_INFINITY, ackedAsOf: -1 };

/** What is on the screen. */
export interface Shown {
  nowMs: number;
  asOf: number;
  /** How late it is shown; NaN = not known. */
  lagMs: number;
}

export interface AckDecision {
  state: AckState;
  send: boolean;
  /** When to decide again without another frame, ms from now; null = with the next frame. */
  lookInMs: number | null;
}

/**
 * Whether to tell the server how late this client is. A client that keeps up never does: acks cost the server. One that lags says
 * so at most every ACK_EVERY_MS, and always for the last frame it got, since a server that waits to hear of that frame sends no
 * other one that could bring the ack about. Catching up is said at once.
 */
export function decideAck(state: AckState, { nowMs, asOf, lagMs }: Shown): AckDecision {
  // An unknown lag changes nothing: it neither begins a lag nor ends one.
  const lags = state.lags ? !(lagMs < CAUGHT_UP_MS) : lagMs > LIMITS.ackLagMs;
  if (!lags && !state.lags) return { state, send: false, lookInMs: null };
  if (lags && asOf === state.ackedAsOf) return { state: { ...state, lags }, send: false, lookInMs: null };
  const waitMs = lags ? state.ackedAtMs + ACK_EVERY_MS - nowMs : 0;
  if (waitMs > 0) return { state: { ...state, lags }, send: false, lookInMs: waitMs };
  return { state: { lags, ackedAtMs: nowMs, ackedAsOf: asOf }, send: true, lookInMs: null };
}
