import type { VenueFacts } from './ports.ts';

type Sign = VenueFacts['lifeSign'];

/** Deadlines are looked at so often: what has to be told within two heartbeats is told one look earlier. */
export const LOOK_MS = 250;

/** Two heartbeats, less the time between two looks. */
export function lateAfterUs({ silenceMaxMs, heartbeatMs = silenceMaxMs / 3 }: LateFacts): number {
  return Math.max(LOOK_MS, Math.min(2 * heartbeatMs, silenceMaxMs) - LOOK_MS) * 1000;
}

type LateFacts = Pick<VenueFacts, 'silenceMaxMs' | 'heartbeatMs'>;

/** Whether a connection still lives, by the sign that its venue gives. Data may be rare on a healthy connection; the sign is not. */
export class LifeWatch {
  readonly #sign: Sign;
  readonly #silenceMaxUs: number;
  readonly #lateUs: number;
  #lastUs: number;

  constructor(facts: LateFacts & Pick<VenueFacts, 'lifeSign'>, openedUs: number) {
    this.#sign = facts.lifeSign;
    this.#silenceMaxUs = facts.silenceMaxMs * 1000;
    this.#lateUs = lateAfterUs(facts);
    this.#lastUs = openedUs;
  }

  get lastUs(): number {
    return this.#lastUs;
  }

  on(sign: Sign, nowUs: number): void {
    if (sign === this.#sign) this.#lastUs = nowUs;
  }

  /** We were away for so long, and could not have heard anything: our machine slept, or its clock was put forward. */
  forgive(awayUs: number, nowUs: number): void {
    this.#lastUs = Math.min(nowUs, this.#lastUs + awayUs);
  }

  /** Two signs are missing: nothing of the connection is known to be true now, though it may come back. */
  isLate(nowUs: number): boolean {
    return nowUs - this.#lastUs >= this.#lateUs;
  }

  isSilent(nowUs: number): boolean {
    return nowUs - this.#lastUs >= this.#silenceMaxUs;
  }

  /** For people: how long it was silent for what. */
  sentence(nowUs: number): string {
    const what = { frame: 'Nothing', heartbeat: 'No heartbeat', ping: 'No ping' }[this.#sign];
    return `${what} came for ${((nowUs - this.#lastUs) / 1_000_000).toFixed(1)} s.`;
  }
}
