import type { Cancel, Clock } from '../engine/ports.ts';
import {
  ACCESS_REFUSALS,
  isUser,
  type AccessRefusal,
  type Admitted,
  type Authority,
  type Verdict,
} from './authority.ts';
import { Entitlements } from './entitlement.ts';
import { Leases } from './leases.ts';
import { Tickets } from './tickets.ts';

/** Longest time that an authority has for an answer, ms. */
export const VERIFY_MS_MAX = 5_000;
/** Answers that are waited for at once. */
const VERIFYING_MAX = 1_000;
/** Longest token, characters: as in `hello`. */
const TOKEN_MAX = 4_096;
/** Logged at once, and one more each second: who guesses must not fill the disk. */
const LOGGED_MAX = 20;

export interface ViewerGateOptions {
  /** Asked in this order. None = everybody may watch. */
  readonly authorities: readonly Authority[];
  readonly clock: Clock;
  /** Takes what an operator should hear of; never a token. */
  readonly log: (event: string, detail: Record<string, unknown>) => void;
}

/**
 * Who may watch. Judges tokens, and answers nobody itself: sessions and routes do.
 *
 * Invariant: whatever an authority does (throws, hangs, talks nonsense), the answer is a viewer or a refusal.
 */
export class ViewerGate {
  /** Refused since the start. */
  readonly refused: Readonly<Record<AccessRefusal, number>>;
  /** Of those who were let in, so long as they stay. */
  readonly leases: Leases;
  readonly tickets = new Tickets();
  readonly #counts = Object.fromEntries(ACCESS_REFUSALS.map((reason) => [reason, 0])) as Record<
    AccessRefusal,
    number
  >;
  readonly #options: ViewerGateOptions;
  readonly #entitlements = new Entitlements();
  readonly #watches: readonly Cancel[];
  #verifying = 0;
  #logged = 0;
  #loggedUs = 0;

  constructor(options: ViewerGateOptions) {
    this.#options = options;
    this.refused = this.#counts;
    this.leases = new Leases(options.clock, (token) => this.check(token));
    this.#watches = options.authorities.flatMap(
      (authority) => authority.watch?.(() => this.leases.recheck()) ?? [],
    );
  }

  /** Whether everybody may watch. */
  get isOpen(): boolean {
    return this.#options.authorities.length === 0;
  }

  /**
   * A newcomer.
   * @param token or a ticket
   * @param address for the log
   */
  admit(token: string | undefined, address: string): Admitted | Promise<Admitted> {
    const answer = this.#admit(token);
    return answer instanceof Promise
      ? answer.then((admitted) => this.#noted(admitted, address))
      : this.#noted(answer, address);
  }

  /** The same without a note: somebody who is known is verified again, or looks whether it still is. */
  check(token: string): Admitted | Promise<Admitted> {
    return this.#verify(token);
  }

  close(): void {
    for (const cancel of this.#watches) cancel();
    this.leases.close();
  }

  #admit(token: string | undefined): Admitted | Promise<Admitted> {
    if (token === undefined || token === '') return { ok: false, reason: 'missing' };
    return this.#verify(this.tickets.take(token, this.#options.clock.nowUs()) ?? token);
  }

  #verify(token: string): Admitted | Promise<Admitted> {
    if (token.length > TOKEN_MAX) return { ok: false, reason: 'wrong' };
    if (this.#verifying >= VERIFYING_MAX) return { ok: false, reason: 'busy' };
    const { authorities } = this.#options;
    let refusal: Admitted = { ok: false, reason: 'wrong' };
    for (const [index, authority] of authorities.entries()) {
      const answer = this.#ask(authority, token);
      if (answer instanceof Promise) return this.#later(answer, refusal, authorities.slice(index + 1), token);
      if (answer.ok) return answer;
      refusal = stronger(refusal, answer);
    }
    return refusal;
  }

  /** The rest of the authorities, from the first on that has to be waited for. */
  async #later(
    first: Promise<Admitted>,
    before: Admitted,
    rest: readonly Authority[],
    token: string,
  ): Promise<Admitted> {
    this.#verifying += 1;
    try {
      let answer = await first;
      let refusal = stronger(before, answer);
      for (const authority of rest) {
        if (answer.ok) return answer;
        answer = await this.#ask(authority, token);
        refusal = stronger(refusal, answer);
      }
      return answer.ok ? answer : refusal;
    } finally {
      this.#verifying -= 1;
    }
  }

  #ask(authority: Authority, token: string): Admitted | Promise<Admitted> {
    // A controller is a kilobyte, and ten thousand may come at once.
    let abort: AbortController | null = null;
    const signal = (): AbortSignal => (abort ??= new AbortController()).signal;
    const nowUs = this.#options.clock.nowUs();
    try {
      const answer = authority.verify(token, nowUs, signal);
      if (!(answer instanceof Promise)) return this.#judge(authority, answer, token);
      return this.#inTime(authority, answer, token, () => abort?.abort());
    } catch (error) {
      return this.#failed(authority, error);
    }
  }

  #inTime(
    authority: Authority,
    answer: Promise<Verdict>,
    token: string,
    abort: () => void,
  ): Promise<Admitted> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(VERIFY_MS_MAX, () => {
        abort();
        this.#log('authority is late', { authority: authority.name, ms: VERIFY_MS_MAX });
        resolve({ ok: false, reason: 'late' });
      });
      answer
        .then((verdict) => resolve(this.#judge(authority, verdict, token)))
        .catch((error: unknown) => resolve(this.#failed(authority, error)))
        .finally(cancel);
    });
  }

  #judge(authority: Authority, verdict: Verdict, token: string): Admitted {
    if (!verdict.ok) return verdict;
    const { user, expiresUs = null, symbols } = verdict.grant;
    const entitlement = isSelectors(symbols) ? this.#entitlements.of(symbols) : undefined;
    if (!isUser(user) || entitlement === undefined || !isExpiry(expiresUs))
      return this.#failed(authority, new Error('it answered with something that is no grant'));
    return {
      ok: true,
      token,
      viewer: { user, expiresUs: expiresUs ?? Number.POSITIVE_INFINITY, entitlement },
    };
  }

  #failed(authority: Authority, error: unknown): Admitted {
    const reason = error instanceof Error ? error.message : String(error);
    this.#log('authority failed', { authority: authority.name, reason });
    return { ok: false, reason: 'failed' };
  }

  #noted(admitted: Admitted, address: string): Admitted {
    if (admitted.ok) return admitted;
    this.#counts[admitted.reason] += 1;
    // Every page says nothing at first.
    if (admitted.reason !== 'missing') this.#log('viewer refused', { address, reason: admitted.reason });
    return admitted;
  }

  #log(event: string, detail: Record<string, unknown>): void {
    const nowUs = this.#options.clock.nowUs();
    this.#logged = Math.max(0, this.#logged - (nowUs - this.#loggedUs) / 1e6);
    this.#loggedUs = nowUs;
    if (this.#logged > LOGGED_MAX) return;
    this.#logged += 1;
    this.#options.log(event, detail);
  }
}

/** What is said in the end: a fault of ours before "expired" before "wrong", which may be so only because another knows it. */
function stronger(one: Admitted, other: Admitted): Admitted {
  const rank = (admitted: Admitted): number =>
    admitted.ok ? 0 : ['wrong', 'expired', 'busy', 'late', 'failed'].indexOf(admitted.reason);
  return rank(other) > rank(one) ? other : one;
}

function isSelectors(symbols: unknown): symbols is readonly string[] | undefined {
  return symbols === undefined || (Array.isArray(symbols) && symbols.every((one) => typeof one === 'string'));
}

function isExpiry(expiresUs: unknown): expiresUs is number | null {
  return (
    expiresUs === null || (typeof expiresUs === 'number' && Number.isFinite(expiresUs) && expiresUs >= 0)
  );
}
