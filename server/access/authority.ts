import type { Cancel } from '../engine/ports.ts';
import type { Entitlement } from './entitlement.ts';

/** What an authority says of the bearer of a token. */
export interface Grant {
  /** For logs and for the page: 1 to 128 characters. */
  readonly user: string;
  /** From then on the token is worth nothing, us since 1970; absent or null = it does not end by itself. */
  readonly expiresUs?: number | null;
  /** Selectors of what may be seen: `BTC-*`, `venue:kraken`, `!ETH-*`; absent = everything, none = nothing. */
  readonly symbols?: readonly string[];
}

const USER_MAX = 128;

/** Whether this can stand as a `user`. */
export function isUser(user: unknown): user is string {
  return typeof user === 'string' && user !== '' && user.length <= USER_MAX && !/\p{Cc}/u.test(user);
}

export type Verdict =
  { readonly ok: true; readonly grant: Grant } | { readonly ok: false; readonly reason: 'wrong' | 'expired' };

/** Whoever says who the bearer of a token is. Several may be asked one after the other. */
export interface Authority {
  /** For logs. */
  readonly name: string;
  /** @param signal makes the one that is aborted when nobody waits for the answer any more; most never ask for it */
  verify(token: string, nowUs: number, signal: () => AbortSignal): Verdict | Promise<Verdict>;
  /** Calls back when answers that were given before may no longer hold. Absent = they hold until they expire. */
  watch?(onChange: () => void): Cancel;
}

/** Somebody who may watch. */
export interface Viewer {
  readonly user: string;
  /** Us since 1970; infinite = no end. */
  readonly expiresUs: number;
  /** Null = everything. */
  readonly entitlement: Entitlement | null;
}

/**
 * Why somebody may not watch, as metrics and logs name it. `late`: the authority took too long; `failed`: it could not answer;
 * `busy`: too many wait for its answer. After those three it may be otherwise in a moment.
 */
export const ACCESS_REFUSALS = ['missing', 'wrong', 'expired', 'late', 'failed', 'busy'] as const;
export type AccessRefusal = (typeof ACCESS_REFUSALS)[number];

/** What a newcomer is told. `token`: what is verified again later; not the ticket that stood for it. */
export type Admitted =
  | { readonly ok: true; readonly viewer: Viewer; readonly token: string }
  | { readonly ok: false; readonly reason: AccessRefusal };

/** Whether the same token may do later. */
export const mayPass = (reason: AccessRefusal): boolean =>
  reason === 'late' || reason === 'failed' || reason === 'busy';
