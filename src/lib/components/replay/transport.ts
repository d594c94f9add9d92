import type { TimelineCommand, UnixUs } from '#protocol';
import type { TimelineView } from '../../state/market.ts';

/** Speeds of the menu, times real time. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 60, 300] as const;

/** How far `back` jumps at speed 1, us. */
const BACK_US = 10_000_000;
/** How far a step back goes when no earlier trade is known, us. */
const STEP_BACK_US = 1_000_000;
/** A step back always goes back, by this much at least, us. */
const STEP_BACK_MIN_US = 1000;

export function nextSpeed(speed: number): number {
  return SPEEDS.find((candidate) => candidate > speed) ?? SPEEDS.at(-1)!;
}

/** `4×`, `0.25×`. */
export function speedText(speed: number): string {
  return `${speed}×`;
}

/**
 * The buttons and keys of a replay as commands. Decides, and holds nothing: the server is the one who plays.
 */
export class Transport {
  readonly #timeline: TimelineView;
  readonly #send: (command: TimelineCommand) => void;
  readonly #lastTradeTimes: () => readonly [newestUs: number, beforeUs: number] | null;

  constructor(
    timeline: TimelineView,
    send: (command: TimelineCommand) => void,
    /** Venue times of the newest trade on the tape and of the one before it; null when there are no two. */
    lastTradeTimes: () => readonly [newestUs: number, beforeUs: number] | null,
  ) {
    this.#timeline = timeline;
    this.#send = send;
    this.#lastTradeTimes = lastTradeTimes;
  }

  get playing(): boolean {
    return this.#timeline.state === 'playing';
  }

  playOrPause(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Plays; from the start when the recording is over. */
  play(): void {
    const { state, recording } = this.#timeline;
    if (state === 'ended' && recording !== null) this.seek(recording.firstTimeUs);
    this.#send({ type: 'timeline', op: 'play' });
  }

  pause(): void {
    this.#send({ type: 'timeline', op: 'pause' });
  }

  faster(): void {
    if (!this.playing) this.play();
    else this.setSpeed(nextSpeed(this.#timeline.speed));
  }

  setSpeed(speed: number): void {
    this.#send({ type: 'timeline', op: 'speed', speed });
  }

  stepForward(): void {
    this.#send({ type: 'timeline', op: 'step', events: 1 });
  }

  /**
   * The recording only plays forwards: a step back is a seek to the trade before. The timeline runs on arrival times and a
   * tape has the venue's: where the venue's clock is ahead, the difference is taken out.
   */
  stepBack(): void {
    const nowUs = this.#timeline.nowUs();
    if (this.playing) this.pause();
    const times = this.#lastTradeTimes();
    if (times === null) return this.seek(nowUs - STEP_BACK_US);
    const [newestUs, beforeUs] = times;
    this.seek(Math.min(beforeUs - Math.max(0, newestUs - nowUs), nowUs - STEP_BACK_MIN_US));
  }

  back(): void {
    this.seek(this.#timeline.nowUs() - BACK_US * Math.max(1, this.#timeline.speed));
  }

  toStart(): void {
    const { recording } = this.#timeline;
    if (recording !== null) this.seek(recording.firstTimeUs);
  }

  toEnd(): void {
    const { recording } = this.#timeline;
    if (recording !== null) this.seek(recording.lastTimeUs);
  }

  /** Goes to a time, held to the recording. */
  seek(timeUs: number): void {
    const { recording } = this.#timeline;
    const from = recording?.firstTimeUs ?? timeUs;
    const to = recording?.lastTimeUs ?? timeUs;
    const held = Math.round(Math.min(Math.max(timeUs, from), to));
    this.#send({ type: 'timeline', op: 'seek', timeUs: held as UnixUs });
  }
}
