/** A pause is remembered for one to two of these. */
const WINDOW_US = 60_000_000;
/** A source that was quiet for so long and was well is not silent before so many times as long. */
const PAUSES = 2;

/**
 * How long a healthy source goes without a sign of life: a venue of a heartbeat a second hardly for one, one that is asked every eight
 * seconds for that long. Not whether it is silent: that is for whoever knows what else there is.
 */
export class LifeRhythm {
  #lifeUs = 0;
  #windowUs = 0;
  #pauseUs = 0;
  #pauseBeforeUs = 0;

  /** @param lifeUs the newest sign of life @param isWell false = whatever pause ends here was none of a healthy source */
  note(lifeUs: number, isWell: boolean, nowUs: number): void {
    if (nowUs - this.#windowUs >= WINDOW_US) {
      this.#windowUs = nowUs;
      this.#pauseBeforeUs = this.#pauseUs;
      this.#pauseUs = 0;
    }
    if (lifeUs <= this.#lifeUs) return;
    if (this.#lifeUs > 0 && isWell) this.#pauseUs = Math.max(this.#pauseUs, lifeUs - this.#lifeUs);
    this.#lifeUs = lifeUs;
  }

  /** Silence that means something, us. */
  silenceUs(leastUs: number): number {
    return Math.max(leastUs, PAUSES * Math.max(this.#pauseUs, this.#pauseBeforeUs));
  }
}
