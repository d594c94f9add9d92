import type { ClientClock } from './client-clock.ts';

/** How long the sentence of a refused message stands, ms. */
const SHOWN_MS = 10_000;

/** What the server refused last, for as long as a viewer needs to read it. Invariant: no timer while there is no sentence. */
export class RefusalNotice {
  sentence = '';
  readonly #clock: ClientClock;
  readonly #onChange: () => void;
  #cancelEnd = (): void => undefined;

  constructor(clock: ClientClock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  show(sentence: string): void {
    this.clear();
    this.sentence = sentence;
    this.#cancelEnd = this.#clock.after(SHOWN_MS, () => {
      this.sentence = '';
      this.#onChange();
    });
    this.#onChange();
  }

  /** Tells nobody: whoever calls this reports anyway. */
  clear(): void {
    this.#cancelEnd();
    this.sentence = '';
  }
}
