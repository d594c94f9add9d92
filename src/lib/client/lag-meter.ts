/** Round trips that the clock offset is taken from. */
const SAMPLES_MAX = 8;

interface Sample {
  roundTripUs: number;
  offsetUs: number;
}

/**
 * How late frames arrive, with the difference of the two clocks taken out. Holds a few round trips and, for a replay, the
 * fastest frame seen. Invariant: the offset comes from the round trip with the least delay, since that one bounds the error
 * best (half of it, as in NTP).
 */
export class LagMeter {
  #samples: Sample[] = [];
  #fastestUs = Number.POSITIVE_INFINITY;

  /** Takes one answered ping. All three times in us; the first two by the local clock. */
  onPong(sentUs: number, receivedUs: number, serverTimeUs: number): void {
    const roundTripUs = Math.max(0, receivedUs - sentUs);
    this.#samples.push({ roundTripUs, offsetUs: serverTimeUs - (sentUs + roundTripUs / 2) });
    if (this.#samples.length > SAMPLES_MAX) this.#samples.shift();
  }

  /** Shortest recent round trip, ms; NaN before the first. */
  get roundTripMs(): number {
    return this.#best === null ? Number.NaN : this.#best.roundTripUs / 1000;
  }

  /** Forgets the frames seen so far: versions of another epoch count from elsewhere. */
  restart(): void {
    this.#fastestUs = Number.POSITIVE_INFINITY;
  }

  /** Lag of a live frame, ms: its timeline time is the server's own time. NaN before the first pong. */
  liveLagMs(receivedUs: number, frameTimeUs: number): number {
    const best = this.#best;
    return best === null ? Number.NaN : Math.max(0, (receivedUs + best.offsetUs - frameTimeUs) / 1000);
  }

  /**
   * Lag of a replay's frame, ms. Its time is recorded time, but versions still rise by one a millisecond: the lag is what
   * this frame took beyond the fastest one, plus half a round trip.
   */
  replayLagMs(receivedUs: number, version: number): number {
    const aheadUs = receivedUs - version * 1000;
    this.#fastestUs = Math.min(this.#fastestUs, aheadUs);
    const tripUs = this.#best === null ? 0 : this.#best.roundTripUs / 2;
    return (aheadUs - this.#fastestUs + tripUs) / 1000;
  }

  get #best(): Sample | null {
    let best: Sample | null = null;
    for (const sample of this.#samples)
      if (best === null || sample.roundTripUs < best.roundTripUs) best = sample;
    return best;
  }
}
