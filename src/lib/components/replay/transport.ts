import { LIMITS } from '../../../protocol/limits.ts';
import type { BarInterval, TimelineCommand, UnixUs } from '#protocol';
import type { TimelineView } from '../../state/market.ts';
import type { TimeRange } from './loop-marks.ts';

/** Speeds of the menu, times real time; the last is as fast as the server can. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 60, 300, LIMITS.replaySpeedMax] as const;

/** The fastest that a key goes to by itself: as fast as possible is a choice of its own. */
const PACED_MAX = 300;
const SECOND_US = 1_000_000;

export function nextSpeed(speed: number): number {
  return SPEEDS.find((candidate) => candidate > speed && candidate <= PACED_MAX) ?? speed;
}

/** What a step moves by. */
export type StepUnit = 'event' | 'second' | 'bar';

/**
 * The buttons and keys of a replay as commands. Decides, and holds nothing but what was asked for last: the server is the one who plays.
 */
export class Transport {
  readonly #timeline: TimelineView;
  readonly #send: (command: TimelineCommand) => void;
  readonly #span: () => TimeRange;
  /** Whether playing was asked for last, by whomever: a seek keeps it, a step and a pause end it. */
  #wantsToPlay = false;
  /** A seek away from the end is on its way: the recording is over only by what was told before it. */
  #leavesEnd = false;

  /** @param span what can be gone to */
  constructor(timeline: TimelineView, send: (command: TimelineCommand) => void, span?: () => TimeRange) {
    this.#timeline = timeline;
    this.#send = send;
    this.#span = span ?? (() => spanOf(timeline));
  }

  get playing(): boolean {
    return this.#timeline.state === 'playing';
  }

  get wantsToPlay(): boolean {
    return this.#wantsToPlay;
  }

  /** The server said what it does now: another viewer may have asked for it. */
  observe(): void {
    const { state } = this.#timeline;
    if (state !== 'ended') this.#leavesEnd = false;
    if (state === 'playing') this.#wantsToPlay = true;
    else if (state === 'paused') this.#wantsToPlay = false;
  }

  playOrPause(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Plays; from the start when the recording is over, and on when it has grown meanwhile. */
  play(): void {
    const { state, recording } = this.#timeline;
    const isOver =
      state === 'ended' &&
      !this.#leavesEnd &&
      recording !== null &&
      this.#span().toUs <= recording.lastTimeUs;
    if (isOver) this.seek(recording.firstTimeUs);
    this.#leavesEnd = false;
    this.#wantsToPlay = true;
    this.#send({ type: 'timeline', op: 'play' });
  }

  /** Plays on from where a seek went; at the end there is nothing to play, and what was asked for there would begin anew. */
  playFrom(timeUs: number): void {
    this.#wantsToPlay = true;
    if (timeUs < this.#span().toUs) this.play();
  }

  pause(): void {
    this.#wantsToPlay = false;
    this.#send({ type: 'timeline', op: 'pause' });
  }

  faster(): void {
    if (!this.playing) this.play();
    else this.setSpeed(nextSpeed(this.#timeline.speed));
  }

  setSpeed(speed: number): void {
    this.#send({ type: 'timeline', op: 'speed', speed });
  }

  /** Moves by so many events, seconds or bars of an interval, back where negative, and stays there. */
  step(count: number, unit: StepUnit = 'event', interval: BarInterval = '1m'): void {
    this.#wantsToPlay = false;
    switch (unit) {
      case 'event':
        return this.#send({ type: 'timeline', op: 'step', events: count });
      case 'second':
        return this.#send({ type: 'timeline', op: 'step', durationUs: count * SECOND_US });
      case 'bar':
        return this.#send({ type: 'timeline', op: 'step', bars: { count, interval } });
    }
  }

  stepForward(): void {
    this.step(1);
  }

  stepBack(): void {
    this.step(-1);
  }

  toStart(): void {
    this.seek(this.#span().fromUs);
  }

  toEnd(): void {
    this.seek(this.#span().toUs);
  }

  /** Plays a stretch over and over; null = no more. */
  loop(range: TimeRange | null): void {
    this.#send(
      range === null
        ? { type: 'timeline', op: 'loop' }
        : {
            type: 'timeline',
            op: 'loop',
            fromTimeUs: Math.round(range.fromUs) as UnixUs,
            toTimeUs: Math.round(range.toUs) as UnixUs,
          },
    );
  }

  /** Jumps over recorded silence longer than this from now on. */
  skipIdle(skipIdleUs: number): void {
    this.#send({ type: 'timeline', op: 'idle', skipIdleUs });
  }

  /** Goes to a time, held to what there is. */
  seek(timeUs: number): void {
    const { fromUs, toUs } = this.#span();
    const held = Math.round(Math.min(Math.max(timeUs, fromUs), Math.max(fromUs, toUs)));
    const { state, recording } = this.#timeline;
    this.#leavesEnd = state === 'ended' && recording !== null && held < recording.lastTimeUs;
    this.#send({ type: 'timeline', op: 'seek', timeUs: held as UnixUs });
  }
}

/** A recording from its first to its last event; everything where none is played. */
function spanOf({ recording }: TimelineView): TimeRange {
  return { fromUs: recording?.firstTimeUs ?? 0, toUs: recording?.lastTimeUs ?? Number.MAX_SAFE_INTEGER };
}
