import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import {
  createLocalJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';
import { SelectorSet } from '../engine/selector.ts';
import { isUser, type Authority, type Verdict } from './authority.ts';

export interface JwtTerms {
  /** Null = any. */
  readonly issuer: string | null;
  readonly audience: string | null;
  /** Claim that holds selectors of what may be seen: a list, or text with spaces between. Absent in a token = everything. */
  readonly symbolsClaim: string;
}

/** How tokens are signed: what a key is for is never left to the token. */
export interface JwtKeys {
  readonly algorithms: readonly string[];
  readonly key: KeyObject | JWTVerifyGetKey;
}

export const secretKeys = (secret: string): JwtKeys => ({
  algorithms: ['HS256'],
  key: createSecretKey(Buffer.from(secret)),
});

const PUBLIC_ALGORITHMS = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];
const ALGORITHMS_OF: Readonly<Record<string, readonly string[]>> = {
  rsa: ['RS256'],
  ec: ['ES256'],
  ed25519: ['EdDSA', 'Ed25519'],
};

/**
 * Reads a file of public keys: a PEM of one, or a JWK set.
 * @throws Error one sentence without the end
 */
export function publicKeys(text: string): JwtKeys {
  if (!text.trimStart().startsWith('{')) {
    // A private key would be read as its public one, and should lie nowhere near a server that only checks.
    if (text.includes('PRIVATE KEY'))
      throw new Error('it holds a private key, and only the public one is needed');
    const key = createPublicKey(text);
    const algorithms = ALGORITHMS_OF[key.asymmetricKeyType ?? ''];
    if (algorithms === undefined) throw new Error(`no ${key.asymmetricKeyType ?? 'such'} key can be used`);
    return { algorithms, key };
  }
  const set = JSON.parse(text) as JSONWebKeySet;
  // RFC 7517 allows secrets in a set; one of them would let whoever reads the file sign.
  if (
    !Array.isArray(set.keys) ||
    set.keys.length === 0 ||
    set.keys.some(({ kty, d }) => kty === 'oct' || d !== undefined)
  )
    throw new Error('it must hold { "keys": [...] }, public ones only');
  return { algorithms: PUBLIC_ALGORITHMS, key: createLocalJWKSet(set) };
}

/** Tokens that somebody else signed (RFC 7519). `sub` and `exp` have to be in them. */
export class JwtAuthority implements Authority {
  readonly name = 'jwt';
  readonly #keys: JwtKeys;
  readonly #terms: JwtTerms;

  constructor(keys: JwtKeys, terms: JwtTerms) {
    this.#keys = keys;
    this.#terms = terms;
  }

  async verify(token: string, nowUs: number): Promise<Verdict> {
    const { issuer, audience } = this.#terms;
    try {
      const payload = await this.#payload(token, {
        algorithms: [...this.#keys.algorithms],
        currentDate: new Date(nowUs / 1000),
        requiredClaims: ['sub', 'exp'],
        ...(issuer === null ? {} : { issuer }),
        ...(audience === null ? {} : { audience }),
      });
      return this.#judge(payload);
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { ok: false, reason: 'expired' };
      if (error instanceof errors.JOSEError) return { ok: false, reason: 'wrong' };
      throw error;
    }
  }

  async #payload(token: string, options: JWTVerifyOptions): Promise<JWTPayload> {
    const { key } = this.#keys;
    if (typeof key !== 'function') return (await jwtVerify(token, key, options)).payload;
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      // The token does not name its key: any of the set may be it.
      for await (const candidate of error) {
        try {
          return (await jwtVerify(token, candidate, options)).payload;
        } catch (failure) {
          if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
        }
      }
      throw new errors.JWSSignatureVerificationFailed();
    }
  }

  #judge(payload: JWTPayload): Verdict {
    const symbols = selectorsOf(payload[this.#terms.symbolsClaim]);
    const { sub, exp } = payload;
    // Who signed it meant something by it that is nothing here, and will be nothing the next time.
    if (symbols === null || !isUser(sub)) return { ok: false, reason: 'wrong' };
    const grant = { user: sub, expiresUs: exp! * 1e6, ...(symbols === undefined ? {} : { symbols }) };
    return { ok: true, grant };
  }
}

/** Undefined = everything; null = the claim is of no form that we know, and what it was to forbid is not known either. */
function selectorsOf(claim: unknown): readonly string[] | undefined | null {
  if (claim === undefined) return undefined;
  const selectors = typeof claim === 'string' ? claim.split(/\s+/).filter(Boolean) : claim;
  if (!Array.isArray(selectors) || !selectors.every((one) => typeof one === 'string')) return null;
  return selectors.length === 0 || SelectorSet.parse(selectors) !== null ? selectors : null;
}
