import { createHash, timingSafeEqual } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http';
import { OriginPolicy } from '../access/origins.ts';
import { FailureThrottle } from './failure-throttle.ts';
import { isLoopback } from '../access/loopback.ts';

/** Why a request is refused, as metrics and logs name it. */
export const REFUSAL_REASONS = ['origin', 'host', 'token', 'throttled'] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

export interface Refusal {
  readonly reason: RefusalReason;
  readonly status: 401 | 403 | 429;
  readonly sentence: string;
  /** When to come back, s; only with 429. */
  readonly retryAfterS: number;
}

export interface AccessRequest {
  readonly headers: Pick<IncomingHttpHeaders, 'origin' | 'host' | 'authorization'>;
  /** Address of the peer: of the connection itself, or as a trusted proxy tells it. */
  readonly address: string;
  readonly nowUs: number;
}

/**
 * Who may read metrics and clients. Judges requests; answers none.
 *
 * Programs only: a page is let in when the listener itself served it. On loopback the Host header must name this machine, so that
 * a foreign name pointed at it (DNS rebinding) reads nothing.
 */
export class AdminAccess {
  /** Refused requests since the start. */
  readonly refused: Readonly<Record<RefusalReason, number>>;
  readonly #counts: Record<RefusalReason, number> = { origin: 0, host: 0, token: 0, throttled: 0 };
  readonly #origins: OriginPolicy;
  /** Names that a Host header may say; null = any. */
  readonly #hostNames: ReadonlySet<string> | null;
  readonly #tokenDigest: Buffer | null;
  readonly #throttle = new FailureThrottle();

  constructor(host: string, token: string | null) {
    this.refused = this.#counts;
    this.#origins = new OriginPolicy(host, []);
    const own = isIPv6(host) ? `[${host}]` : host;
    this.#hostNames = isLoopback(host)
      ? new Set(['localhost', '127.0.0.1', '[::1]', own.toLowerCase()])
      : null;
    this.#tokenDigest = token === null ? null : digest(token);
  }

  /** Null = it may. */
  refuse({ headers, address, nowUs }: AccessRequest): Refusal | null {
    const { origin, host, authorization } = headers;
    if (this.#hostNames?.has(hostName(host)) === false)
      return this.#refusal('host', 403, 'This name is none of this listener.');
    if (!this.#origins.allows(origin, host))
      return this.#refusal('origin', 403, 'Pages may not read metrics.');
    if (this.#tokenDigest === null) return null;
    const waitS = this.#throttle.waitS(address, nowUs);
    if (waitS > 0) return this.#refusal('throttled', 429, 'Too many wrong tokens: come back later.', waitS);
    if (this.#isToken(authorization)) return null;
    this.#throttle.add(address, nowUs);
    return this.#refusal('token', 401, 'Send the token as "Authorization: Bearer <token>".');
  }

  /** Digests are of one length, so that the time it takes tells nothing of the token, not even its length. */
  #isToken(authorization: string | undefined): boolean {
    const [, token = ''] = /^bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    return timingSafeEqual(digest(token), this.#tokenDigest!);
  }

  #refusal(reason: RefusalReason, status: Refusal['status'], sentence: string, retryAfterS = 0): Refusal {
    this.#counts[reason] += 1;
    return { reason, status, sentence, retryAfterS };
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A Host header without its port, in small letters. */
const hostName = (host: string | undefined): string => (host ?? '').replace(/:\d+$/, '').toLowerCase();
