import type { TimelineCommand, UnixUs } from '#protocol';
import type { TimelineView } from '../../state/market.ts';

/** Speeds of the menu, times real time. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 60, 300] as const;

/** How far `back` jumps at speed 1, us. */
const BACK_US = 10_000_000;

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

  constructor(timeline: TimelineView, send: (command: TimelineCommand) => void) {
    this.#timeline = timeline;
    this.#send = send;
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

  stepBack(): void {
    this.#send({ type: 'timeline', op: 'step', events: -1 });
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
