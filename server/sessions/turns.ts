import type { Admission } from './admission.ts';

/** Messages that wait for their turn above which nothing more is read from the peer. */
const WAITING_MAX = 4;

/** The part of a socket that is used here. */
interface Reader {
  pause(): void;
  resume(): void;
}

/** One peer's messages that were taken and have to wait, because many newcomers are let in. */
export class Turns {
  readonly #admission: Admission;
  readonly #reader: Reader;
  #waiting = 0;

  constructor(admission: Admission, reader: Reader) {
    this.#admission = admission;
    this.#reader = reader;
  }

  get isWaiting(): boolean {
    return this.#waiting > 0;
  }

  /** Runs it in its turn: a subscription is work, and thousands of them at once would be noticed by those who are there. */
  take(run: () => void): void {
    this.#waiting += 1;
    if (this.#waiting === WAITING_MAX) this.#reader.pause();
    this.#admission.enter(() => {
      if (this.#waiting === WAITING_MAX) this.#reader.resume();
      this.#waiting -= 1;
      run();
    });
  }
}
