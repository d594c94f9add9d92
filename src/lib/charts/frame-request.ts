/** At most one animation frame under way, and none while what it would draw cannot be seen. Knows nothing of what is drawn. */
export class FrameRequest {
  readonly #run: (nowMs: number) => void;
  #frame = 0;
  #isVisible = true;
  #isStopped = false;

  constructor(run: (nowMs: number) => void) {
    this.#run = run;
  }

  request(): void {
    if (this.#frame !== 0 || this.#isStopped || !this.#isVisible) return;
    this.#frame = requestAnimationFrame((nowMs) => {
      this.#frame = 0;
      this.#run(nowMs);
    });
  }

  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    if (isVisible) this.request();
  }

  stop(): void {
    this.#isStopped = true;
    cancelAnimationFrame(this.#frame);
  }
}
