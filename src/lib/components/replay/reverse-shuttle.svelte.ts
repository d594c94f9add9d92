import { browserAfter, type After } from './seek-pace.ts';
import { nextSpeed } from './transport.ts';

/** Time between two steps back, ms: each is a seek of the server. */
const STEP_MS = 125;

export interface ShuttleHost {
  /** Replay time now, us. */
  nowUs(): number;
  /** Where there is nothing before. */
  fromUs(): number;
  pause(): void;
  seek(timeUs: number): void;
}

/**
 * Plays backwards: the server plays forwards only, so that the page takes it back in small seeks. Invariant: it runs at most one timer,
 * and none while its speed is 0.
 */
export class ReverseShuttle {
  readonly #host: ShuttleHost;
  readonly #after: After;
  readonly #nowMs: () => number;
  /** Times real time; 0 = it stands. */
  #speed = $state(0);
  #atUs = 0;
  #atMs = 0;
  #cancel: (() => void) | null = null;

  constructor(host: ShuttleHost, after: After = browserAfter, nowMs: () => number = () => performance.now()) {
    this.#host = host;
    this.#after = after;
    this.#nowMs = nowMs;
  }

  get speed(): number {
    return this.#speed;
  }

  /** Begins at 1x; each further call goes to the next speed. */
  faster(): void {
    if (this.#speed === 0) {
      this.#host.pause();
      this.#atUs = this.#host.nowUs();
    }
    this.#atMs = this.#nowMs();
    this.#speed = this.#speed === 0 ? 1 : nextSpeed(this.#speed);
    this.#cancel ??= this.#after(STEP_MS, () => this.#step());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#speed = 0;
  }

  #step(): void {
    const nowMs = this.#nowMs();
    this.#atUs -= (nowMs - this.#atMs) * 1_000 * this.#speed;
    this.#atMs = nowMs;
    const fromUs = this.#host.fromUs();
    this.#host.seek(Math.max(this.#atUs, fromUs));
    if (this.#atUs <= fromUs) {
      this.#cancel = null;
      return this.stop();
    }
    this.#cancel = this.#after(STEP_MS, () => this.#step());
  }
}
