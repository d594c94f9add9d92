/** Time as the client sees it. The server's `Clock` fits it as well, so that `tail` and tests can hand theirs over. */
export interface ClientClock {
  /** Microseconds on a scale that only rises. Its origin does not matter. */
  nowUs(): number;
  /** Runs once after the delay; the returned function undoes it and may be called twice. */
  after(delayMs: number, run: () => void): () => void;
}

/** Looking these up costs a browser's worker three times as much as reading the time does, and it is read for each frame. */
const { performance } = globalThis;
const ORIGIN_MS = performance.timeOrigin;

export const monotonicClock: ClientClock = {
  nowUs: () => Math.floor((ORIGIN_MS + performance.now()) * 1000),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
