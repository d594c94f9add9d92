import type { Cancel, Clock } from '../engine/ports.ts';

/** Time that newcomers may take of one turn of the event loop, us. What comes after waits for the next turn. */
const TURN_US = 2_000;

/**
 * Lets newcomers in at a pace at which those who are already there do not notice: work runs at once while there is time left in this
 * turn, and otherwise in the order in which it came, turn by turn.
 */
export class Admission {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  /** First of the waiting that has not run. */
  #next = 0;
  #spentUs = 0;
  #cancelTurn: Cancel | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get waiting(): number {
    return this.#waiting.length - this.#next;
  }

  enter(run: () => void): void {
    if (this.waiting > 0 || this.#spentUs >= TURN_US) this.#waiting.push(run);
    else this.#run(run);
    if (this.#spentUs > 0) this.#cancelTurn ??= this.#clock.soon(() => this.#turn());
  }

  close(): void {
    this.#cancelTurn?.();
    this.#waiting.length = 0;
    this.#next = 0;
  }

  #turn(): void {
    this.#cancelTurn = null;
    this.#spentUs = 0;
    while (this.#next < this.#waiting.length && this.#spentUs < TURN_US) {
      const run = this.#waiting[this.#next]!;
      this.#next += 1;
      this.#run(run);
    }
    if (this.waiting === 0) {
      this.#waiting.length = 0;
      this.#next = 0;
      return;
    }
    this.#cancelTurn = this.#clock.soon(() => this.#turn());
  }

  #run(run: () => void): void {
    const startUs = this.#clock.nowUs();
    run();
    this.#spentUs += this.#clock.nowUs() - startUs;
  }
}
