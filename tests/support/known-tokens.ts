import type { Authority, Grant, Verdict } from '../../server/access/authority.ts';

/** An authority whose answers are the test's, and may change. */
export class KnownTokens implements Authority {
  readonly name = 'known';
  readonly grants = new Map<string, Grant>();
  /** Tokens that were asked for, in order. */
  readonly asked: string[] = [];
  /** Answers what a test wants instead; undefined = as usual. */
  instead: ((token: string) => Verdict | Promise<Verdict>) | undefined;
  recheck: () => void = () => undefined;

  constructor(grants: Readonly<Record<string, Grant>> = {}) {
    for (const [token, grant] of Object.entries(grants)) this.grants.set(token, grant);
  }

  verify(token: string, nowUs: number): Verdict | Promise<Verdict> {
    this.asked.push(token);
    if (this.instead !== undefined) return this.instead(token);
    const grant = this.grants.get(token);
    if (grant === undefined) return { ok: false, reason: 'wrong' };
    return nowUs < (grant.expiresUs ?? Number.POSITIVE_INFINITY)
      ? { ok: true, grant }
      : { ok: false, reason: 'expired' };
  }

  watch(onChange: () => void): () => void {
    this.recheck = onChange;
    return () => undefined;
  }
}

/** Lets answers that are promises come. */
export async function answered(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
