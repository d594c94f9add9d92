import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { OriginPolicy } from '../access/origins.ts';
import { FailureThrottle } from '../admin/failure-throttle.ts';

export interface IngestRefusal {
  readonly status: 401 | 403 | 429;
  readonly sentence: string;
  /** When to come back, s; only with 429. */
  readonly retryAfterS: number;
}

export interface IngestKnock {
  readonly headers: Pick<IncomingHttpHeaders, 'origin' | 'host' | 'authorization'>;
  /** Address of the peer: of the connection itself, or as a trusted proxy tells it. */
  readonly address: string;
  readonly nowUs: number;
}

/** Who may push rows: programs that know the token, and the server's own pages that do. Judges requests; answers none. */
export class IngestAccess {
  readonly #tokenDigest: Buffer;
  readonly #origins: OriginPolicy;
  readonly #throttle = new FailureThrottle();
  readonly #onWrongToken: (address: string) => void;

  constructor(options: {
    token: string;
    origins: OriginPolicy;
    /** Takes what an operator should hear of; not called for an address that is throttled. */
    onWrongToken: (address: string) => void;
  }) {
    this.#tokenDigest = digest(options.token);
    this.#origins = options.origins;
    this.#onWrongToken = options.onWrongToken;
  }

  /** Null = it may, as far as origin and earlier failures go; the token is still to come. */
  refuseUnknown({ headers, address, nowUs }: IngestKnock): IngestRefusal | null {
    if (!this.#origins.allows(headers.origin, headers.host))
      return { status: 403, sentence: 'This page may not push.', retryAfterS: 0 };
    const retryAfterS = this.#throttle.waitS(address, nowUs);
    if (retryAfterS === 0) return null;
    return { status: 429, sentence: 'Too many wrong tokens: come back later.', retryAfterS };
  }

  /** Null = it may. */
  refuse(knock: IngestKnock): IngestRefusal | null {
    const refusal = this.refuseUnknown(knock);
    if (refusal !== null) return refusal;
    const [, token = ''] = /^bearer +(\S+)$/i.exec(knock.headers.authorization ?? '') ?? [];
    return this.refuseToken(token, knock.address, knock.nowUs);
  }

  /** Digests are of one length, so that the time it takes tells nothing of the token, not even its length. */
  refuseToken(token: string, address: string, nowUs: number): IngestRefusal | null {
    if (timingSafeEqual(digest(token), this.#tokenDigest)) return null;
    this.#throttle.add(address, nowUs);
    this.#onWrongToken(address);
    return { status: 401, sentence: 'Send the token as "Authorization: Bearer <token>".', retryAfterS: 0 };
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
