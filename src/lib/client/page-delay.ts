/** A page that took nothing for this long was not slow but not drawn, ms: a frame out of sight, a window behind others. */
const DRAWN_WITHIN_MS = 10_000;

/**
 * How late the page takes what is here for it: news waits from when it came until the next pull. Times are handed in. Invariant:
 * while the page is hidden it is not late, since nobody looks.
 */
export class PageDelay {
  /** Of the last pull, ms. */
  delayMs = 0;
  #waitsSinceUs: number | null = null;
  #isVisible = true;

  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.#waitsSinceUs = null;
    this.delayMs = 0;
  }

  /** There is news and no pull is open. The time is read only for the first of it. */
  onNews(nowUs: () => number): void {
    if (this.#isVisible) this.#waitsSinceUs ??= nowUs();
  }

  onPull(nowUs: number): void {
    const waitedMs = this.#waitsSinceUs === null ? 0 : (nowUs - this.#waitsSinceUs) / 1000;
    this.#waitsSinceUs = null;
    this.delayMs = waitedMs < DRAWN_WITHIN_MS ? waitedMs : 0;
  }
}
