import type { Cancel } from '../engine/ports.ts';
import type { Authority, Grant, Verdict } from './authority.ts';

/** What a hook says of the bearer of a token. */
export type AuthGrant = Grant;

/** `auth` in a configuration file that is a program: who may watch. */
export interface AuthHook {
  /**
   * Called with the token of each newcomer, and again every quarter of an hour for whoever stays. Null = it may not watch. Whatever it
   * throws, and an answer that takes longer than five seconds, is a refusal too.
   */
  verify(
    token: string,
    about: { readonly signal: AbortSignal },
  ): AuthGrant | null | Promise<AuthGrant | null>;
  /**
   * Called once. Call `recheck` when somebody was locked out or may see something else: everybody who is connected is verified anew at
   * once. May return what ends the watch.
   */
  watch?(recheck: () => void): void | (() => void);
}

/** The operator's own code as an authority. */
export class HookAuthority implements Authority {
  readonly name = 'hook';
  readonly #hook: AuthHook;

  constructor(hook: AuthHook) {
    this.#hook = hook;
  }

  verify(token: string, nowUs: number, signal: () => AbortSignal): Verdict | Promise<Verdict> {
    const answer = this.#hook.verify(token, { signal: signal() });
    return answer instanceof Promise ? answer.then((grant) => judge(grant, nowUs)) : judge(answer, nowUs);
  }

  watch(onChange: () => void): Cancel {
    const end = this.#hook.watch?.(onChange);
    return typeof end === 'function' ? end : () => undefined;
  }
}

function judge(grant: Grant | null | undefined, nowUs: number): Verdict {
  if (grant === null || grant === undefined) return { ok: false, reason: 'wrong' };
  const { expiresUs } = grant;
  return typeof expiresUs === 'number' && nowUs >= expiresUs
    ? { ok: false, reason: 'expired' }
    : { ok: true, grant };
}
