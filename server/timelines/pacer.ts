import { LIMITS } from '#protocol';

/** What may be played; it may grow meanwhile. */
export interface PacerSpan {
  readonly firstTimeUs: number;
  readonly lastTimeUs: number;
}

/**
 * Where a replay stands at each instant: a straight line from an anchor, position = anchor + (now - anchor's now) x speed. Pure: it is
 * told what time it is and knows nothing of events. Invariant: the position stays within the span, and moves by the passing of time
 * only while it runs.
 */
export class Pacer {
  readonly #span: PacerSpan;
  #anchorNowUs = 0;
  #anchorUs: number;
  #speed: number;
  #isRunning = false;

  /** Recorded silence longer than this is jumped over, us. */
  skipIdleUs: number;

  constructor(span: PacerSpan, speed: number, skipIdleUs: number) {
    this.#span = span;
    this.skipIdleUs = skipIdleUs;
    this.#anchorUs = span.firstTimeUs;
    this.#speed = clampSpeed(speed);
  }

  get speed(): number {
    return this.#speed;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Whole microseconds of recorded time. */
  positionAt(nowUs: number): number {
    if (!this.#isRunning) return this.#anchorUs;
    return this.clamp(Math.floor(this.#anchorUs + (nowUs - this.#anchorNowUs) * this.#speed));
  }

  run(nowUs: number): void {
    this.moveTo(nowUs, this.positionAt(nowUs));
    this.#isRunning = true;
  }

  stop(nowUs: number): void {
    this.moveTo(nowUs, this.positionAt(nowUs));
    this.#isRunning = false;
  }

  /** Keeps the position. Speeds outside the range become the nearest one within. */
  setSpeed(nowUs: number, speed: number): void {
    this.moveTo(nowUs, this.positionAt(nowUs));
    this.#speed = clampSpeed(speed);
  }

  moveTo(nowUs: number, positionUs: number): void {
    this.#anchorNowUs = nowUs;
    this.#anchorUs = this.clamp(positionUs);
  }

  clamp(positionUs: number): number {
    const { firstTimeUs, lastTimeUs } = this.#span;
    return Math.min(lastTimeUs, Math.max(firstTimeUs, Math.floor(positionUs)));
  }

  /** Whether nothing happens for so long after `positionUs` that a viewer should not have to wait. */
  isIdle(positionUs: number, nextEventUs: number): boolean {
    return nextEventUs - positionUs > this.skipIdleUs;
  }
}

function clampSpeed(speed: number): number {
  return Number.isNaN(speed) ? 1 : Math.min(LIMITS.replaySpeedMax, Math.max(LIMITS.replaySpeedMin, speed));
}
