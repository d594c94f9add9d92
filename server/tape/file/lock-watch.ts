import { isNear, parseHolder } from './lock-holder.ts';
import { lookAtLock, SIGN_INTERVAL_MS, type LockLook } from './tape-lock.ts';

/** Signs that a holder may leave out before it is held to be gone. */
export const MISSED_SIGNS_MAX = 10;

/**
 * Watches the lock of a holder that cannot be asked, because it is on another machine or in another container. Whether it lives is judged by
 * whether the lock changes from look to look, never by the time that it says: clocks differ, and ours may have slept.
 *
 * Invariant: `silent` stands for a lock that did not change over `MISSED_SIGNS_MAX` of its holder's intervals, in which we looked.
 */
export class LockWatch {
  readonly #tapePath: string;
  #last: LockLook | null = null;
  #unchanged = 0;

  constructor(tapePath: string) {
    this.#tapePath = tapePath;
  }

  /** The look after which it may be taken over; null while it may not. */
  get silent(): LockLook | null {
    const signMs = this.#signMs;
    if (signMs === null) return null;
    const wanted = Math.ceil((MISSED_SIGNS_MAX * signMs) / SIGN_INTERVAL_MS);
    return this.#unchanged >= wanted ? this.#last : null;
  }

  /** Whether there was a lock at the last look whose holder nobody here can ask, and who may be alive. */
  get isBelieved(): boolean {
    const holder = this.#last === null ? null : parseHolder(this.#last.text);
    return holder !== null && !isNear(holder) && this.silent === null;
  }

  /** Called each second. */
  look(): void {
    const look = lookAtLock(this.#tapePath);
    const isSame = look?.text === this.#last?.text && look?.signNs === this.#last?.signNs;
    this.#unchanged = isSame ? this.#unchanged + 1 : 0;
    this.#last = look;
  }

  /** Of the holder; null where it gives none, or can be asked. */
  get #signMs(): number | null {
    const holder = this.#last === null ? null : parseHolder(this.#last.text);
    return holder === null || isNear(holder) ? null : holder.signMs;
  }
}
