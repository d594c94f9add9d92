import { createHmac, randomBytes } from 'node:crypto';
import type { Authority, Grant, Verdict } from './authority.ts';
import type { ViewerToken } from './viewer-token.ts';

/**
 * Tokens that the operator wrote down. Looked up by a digest with a key that only this process knows: how long that takes says
 * nothing about any token, and the tokens themselves are not kept.
 */
export class StaticTokens implements Authority {
  readonly name = 'tokens';
  readonly #key = randomBytes(32);
  readonly #grants: ReadonlyMap<string, Grant>;

  constructor(tokens: readonly ViewerToken[]) {
    this.#grants = new Map(
      tokens.map(({ token, user, expiresUs, symbols }) => [
        this.#digest(token),
        { user, expiresUs: expiresUs ?? null, ...(symbols === undefined ? {} : { symbols }) },
      ]),
    );
  }

  verify(token: string, nowUs: number): Verdict {
    const grant = this.#grants.get(this.#digest(token));
    if (grant === undefined) return { ok: false, reason: 'wrong' };
    const { expiresUs } = grant;
    return typeof expiresUs === 'number' && nowUs >= expiresUs
      ? { ok: false, reason: 'expired' }
      : { ok: true, grant };
  }

  #digest(token: string): string {
    return createHmac('sha256', this.#key).update(token).digest('base64');
  }
}
