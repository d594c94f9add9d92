/** Round trips that the clock offset is taken from: the fastest ones of the last minutes, or a backlog would pass for an offset. */
const SAMPLES_MAX = 8;
const SAMPLE_FRESH_US = 300_000_000;
/** The fastest frame of a replay counts for one to two of these, us: two clocks drift apart by seconds a day. */
const WINDOW_US = 60_000_000;

/** An answer to a ping tells how late things arrive for this long, us. */
const PONG_FRESH_US = 2_000_000;

interface Sample {
  receivedUs: number;
  roundTripUs: number;
  offsetUs: number;
}

/**
 * How late frames arrive, with the difference of the two clocks taken out. Holds a few round trips and, for a replay, the
 * fastest frame seen. Invariant: the offset comes from the round trip with the least delay, since that one bounds the error
 * best (half of it, as in NTP).
 */
export class LagMeter {
  /** Fastest first. */
  #samples: Sample[] = [];
  #pongLateMs = Number.NaN;
  #pongAtUs = Number.NEGATIVE_INFINITY;
  #fastestUs = Number.POSITIVE_INFINITY;
  /** The same of the window before. */
  #fastestBeforeUs = Number.POSITIVE_INFINITY;
  #windowEndUs = Number.NEGATIVE_INFINITY;

  /** Takes one answered ping. All three times in us; the first two by the local clock. */
  onPong(sentUs: number, receivedUs: number, serverTimeUs: number): void {
    const roundTripUs = Math.max(0, receivedUs - sentUs);
    const sample = { receivedUs, roundTripUs, offsetUs: serverTimeUs - (sentUs + roundTripUs / 2) };
    const isFresh = (earlier: Sample): boolean => receivedUs - earlier.receivedUs < SAMPLE_FRESH_US;
    this.#samples = [...this.#samples.filter(isFresh), sample]
      .sort((one, other) => one.roundTripUs - other.roundTripUs)
      .slice(0, SAMPLES_MAX);
    this.#pongLateMs = this.liveLagMs(receivedUs, serverTimeUs);
    this.#pongAtUs = receivedUs;
  }

  /** How late the newest answer to a ping arrived, ms; NaN when it is too old to tell of now. */
  pongLateMs(nowUs: number): number {
    return nowUs - this.#pongAtUs < PONG_FRESH_US ? this.#pongLateMs : Number.NaN;
  }

  /** Shortest recent round trip, ms; NaN before the first. */
  get roundTripMs(): number {
    return this.#best === null ? Number.NaN : this.#best.roundTripUs / 1000;
  }

  /** Forgets the frames seen so far: versions of another epoch count from elsewhere. */
  restart(): void {
    this.#fastestUs = Number.POSITIVE_INFINITY;
    this.#fastestBeforeUs = Number.POSITIVE_INFINITY;
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
    if (receivedUs >= this.#windowEndUs) this.#turnWindow(receivedUs);
    const aheadUs = receivedUs - version * 1000;
    this.#fastestUs = Math.min(this.#fastestUs, aheadUs);
    const tripUs = this.#best === null ? 0 : this.#best.roundTripUs / 2;
    return (aheadUs - Math.min(this.#fastestUs, this.#fastestBeforeUs) + tripUs) / 1000;
  }

  #turnWindow(nowUs: number): void {
    const isNext = nowUs < this.#windowEndUs + WINDOW_US;
    this.#fastestBeforeUs = isNext ? this.#fastestUs : Number.POSITIVE_INFINITY;
    this.#fastestUs = Number.POSITIVE_INFINITY;
    this.#windowEndUs = nowUs + WINDOW_US;
  }

  get #best(): Sample | null {
    return this.#samples[0] ?? null;
  }
}
