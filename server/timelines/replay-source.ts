import { invariant, type MarketEvent, type TimelineState, type UnixUs } from '#protocol';
import type { Cancel, Clock } from '../engine/ports.ts';
import type { RecordingReader } from '../tape/ports.ts';
import { Pacer } from './pacer.ts';

export interface ReplayListener {
  /**
   * The position moved backwards, or anew to the start: drop all state. Events from the start of the recording up to the position
   * follow as fast as possible, in slices, then `onSettled`.
   */
  onReset(): void;
  /** A seek or step is done: the state is right for `positionUs`. */
  onSettled(): void;
  onState(state: TimelineState): void;
  /** Recorded silence was jumped over. */
  onSkip(fromTimeUs: UnixUs, toTimeUs: UnixUs): void;
  /** Position or speed changed by other than the passing of time. */
  onClock(): void;
}

export interface ReplayOptions {
  recording: RecordingReader;
  clock: Clock;
  /** Takes the events. Must not command the source in return. */
  onEvent(event: MarketEvent): void;
  listener: ReplayListener;
  /** Recorded seconds a second, 0.1 to 1000. Default 1. */
  speed?: number;
  /** Recorded silence longer than this is jumped over while playing, us. Default 60 s. */
  skipIdleUs?: number;
  /** How often due events are let out, ms. Default 10. */
  tickMs?: number;
  /** Work done in one go before the rest of the process is let in, ms. Default 8. */
  sliceMs?: number;
  /** Begin again at the end. Default false. */
  loop?: boolean;
}

export interface ReplayStep {
  /** Forward by this many events, backwards where negative. */
  events?: number;
  /** Forward by this much recorded time, backwards where negative. */
  durationUs?: number;
}

const DEFAULT_SKIP_IDLE_US = 60_000_000;
const DEFAULT_TICK_MS = 10;
const DEFAULT_SLICE_MS = 8;
/** Events between two looks at the clock: some 50 us of work. */
const BATCH_EVENTS = 256;

/**
 * Real time between two jumps over silence, ms: a recording that is sparse throughout still plays one event after the other, as a
 * viewer can follow, rather than all at once.
 */
const SKIP_DWELL_MS = 250;

/** Where a seek goes and what comes after it. */
interface Goal {
  /** Events that have happened there. */
  index: number;
  positionUs: number;
  /** Whether playing goes on afterwards. */
  plays: boolean;
}

/**
 * Plays a recording at the pace of its own clock. Not a timeline: it keeps no state of the market and numbers no versions.
 * Invariant: the events let out since the last reset are exactly the first n of the recording, in order, and while no seek runs all
 * of them happened at `positionUs` or before; events of one instant may be parted by a step or by a slice only.
 *
 * States: paused -> playing -> ended; `seeking` between, for as long as a seek or step takes. What is commanded during a seek
 * replaces it: another seek or step its goal (steps count from the old goal), play and pause what comes after it.
 */
export class ReplaySource {
  readonly #recording: RecordingReader;
  readonly #clock: Clock;
  readonly #onEvent: (event: MarketEvent) => void;
  readonly #listener: ReplayListener;
  readonly #pacer: Pacer;
  readonly #tickMs: number;
  readonly #sliceUs: number;
  readonly #loop: boolean;
  #state: TimelineState = 'paused';
  /** Events let out so far: the number of the next one. */
  #index = 0;
  #goal: Goal | null = null;
  #nextSkipUs = Number.NEGATIVE_INFINITY;
  #isEmitting = false;
  #isClosed = false;
  #cancelTick: Cancel | null = null;
  #cancelSlice: Cancel | null = null;

  constructor(options: ReplayOptions) {
    const { recording } = options;
    this.#recording = recording;
    this.#clock = options.clock;
    this.#onEvent = (event) => options.onEvent(event);
    this.#listener = options.listener;
    this.#tickMs = options.tickMs ?? DEFAULT_TICK_MS;
    this.#sliceUs = (options.sliceMs ?? DEFAULT_SLICE_MS) * 1000;
    this.#loop = options.loop ?? false;
    const span = {
      firstTimeUs: recording.firstTimeUs,
      lastTimeUs: recording.lastTimeUs,
      skipIdleUs: options.skipIdleUs ?? DEFAULT_SKIP_IDLE_US,
    };
    this.#pacer = new Pacer(span, options.speed ?? 1);
  }

  get positionUs(): UnixUs {
    return this.#pacer.positionAt(this.#clock.nowUs()) as UnixUs;
  }

  get state(): TimelineState {
    return this.#state;
  }

  /** The chosen speed, which a pause keeps. */
  get speed(): number {
    return this.#pacer.speed;
  }

  /** Begins to play from the first event. */
  start(): void {
    this.play();
  }

  play(): void {
    if (!this.#mayCommand()) return;
    if (this.#goal !== null) this.#goal.plays = true;
    else if (this.#state === 'ended') this.#restart();
    else if (this.#state === 'paused') this.#resume();
  }

  /** Stops exactly here: what is due by now is let out, nothing later. */
  pause(): void {
    if (!this.#mayCommand()) return;
    if (this.#goal !== null) this.#goal.plays = false;
    else if (this.#state === 'playing') {
      this.#letOutDue();
      if (this.#state === 'playing') this.#halt('paused');
    }
  }

  /** Times outside the recording become its first or last. */
  seek(timeUs: number): void {
    if (!this.#mayCommand()) return;
    invariant(!Number.isNaN(timeUs), 'a seek names a time');
    const positionUs = this.#pacer.clamp(timeUs);
    const plays = this.#goal?.plays ?? this.#state === 'playing';
    this.#goTo({ index: this.#recording.indexAt(positionUs), positionUs, plays });
  }

  /** Speeds outside 0.1 to 1000 become the nearest one within. */
  setSpeed(speed: number): void {
    if (!this.#mayCommand()) return;
    this.#pacer.setSpeed(this.#clock.nowUs(), speed);
    this.#listener.onClock();
  }

  /** Moves and stays there, paused. */
  step(step: ReplayStep): void {
    if (!this.#mayCommand()) return;
    const { durationUs, events } = step;
    if (durationUs !== undefined) {
      const from = this.#goal?.positionUs ?? this.positionUs;
      const positionUs = this.#pacer.clamp(from + durationUs);
      this.#goTo({ index: this.#recording.indexAt(positionUs), positionUs, plays: false });
      return;
    }
    const from = this.#goal?.index ?? this.#index;
    const index = Math.min(this.#recording.events, Math.max(0, from + (events ?? 1)));
    const positionUs = index === 0 ? this.#recording.firstTimeUs : this.#recording.timeOfEvent(index - 1);
    this.#goTo({ index, positionUs, plays: false });
  }

  /** Frees all timers. Later commands do nothing. */
  close(): void {
    this.#stopTicking();
    this.#cancelSlice?.();
    this.#cancelSlice = null;
    this.#isClosed = true;
  }

  #mayCommand(): boolean {
    invariant(!this.#isEmitting, 'whoever takes the events does not command their source');
    return !this.#isClosed;
  }

  #setState(state: TimelineState): void {
    this.#state = state;
    this.#listener.onState(state);
  }

  #resume(): void {
    this.#pacer.run(this.#clock.nowUs());
    this.#cancelTick ??= this.#clock.every(this.#tickMs, () => this.#letOutDue());
    this.#setState('playing');
    this.#listener.onClock();
    this.#letOutDue();
  }

  #halt(state: 'paused' | 'ended'): void {
    this.#stopTicking();
    this.#setState(state);
    this.#listener.onClock();
  }

  #stopTicking(): void {
    this.#pacer.stop(this.#clock.nowUs());
    this.#cancelTick?.();
    this.#cancelTick = null;
  }

  #restart(): void {
    this.#index = 0;
    this.#pacer.moveTo(this.#clock.nowUs(), this.#recording.firstTimeUs);
    this.#listener.onReset();
    this.#listener.onSettled();
    this.#resume();
  }

  /** One tick: everything that has happened by now, then a look at what comes next. */
  #letOutDue(): void {
    if (this.#state !== 'playing' || this.#isEmitting) return;
    const positionUs = this.positionUs;
    const dueIndex = this.#recording.indexAt(positionUs);
    if (!this.#emitTo(dueIndex)) {
      // The receiver is slower than the chosen speed: time waits for it, so that nothing is shown before it happened.
      this.#pacer.moveTo(this.#clock.nowUs(), this.#recording.timeOfEvent(this.#index - 1));
      this.#listener.onClock();
      return;
    }
    if (this.#index === this.#recording.events) this.#atEnd();
    else this.#skipIdle(positionUs);
  }

  #skipIdle(positionUs: number): void {
    const nextUs = this.#recording.timeOfEvent(this.#index);
    const nowUs = this.#clock.nowUs();
    if (!this.#pacer.isIdle(positionUs, nextUs) || nowUs < this.#nextSkipUs) return;
    this.#nextSkipUs = nowUs + SKIP_DWELL_MS * 1000;
    this.#pacer.moveTo(nowUs, nextUs);
    this.#listener.onSkip(positionUs as UnixUs, nextUs);
    this.#listener.onClock();
    this.#letOutDue();
  }

  #atEnd(): void {
    if (this.#loop && this.#recording.lastTimeUs > this.#recording.firstTimeUs) {
      this.#stopTicking();
      this.#restart();
      return;
    }
    this.#pacer.moveTo(this.#clock.nowUs(), this.#recording.lastTimeUs);
    this.#halt('ended');
  }

  /** Lets out the events up to `index`. False when the slice was over before. */
  #emitTo(index: number): boolean {
    if (this.#index >= index) return true;
    const sliceEndUs = this.#clock.nowUs() + this.#sliceUs;
    this.#isEmitting = true;
    try {
      do {
        const from = this.#index;
        this.#index = Math.min(index, from + BATCH_EVENTS);
        this.#recording.play(from, this.#index, this.#onEvent);
        if (this.#index === index) return true;
      } while (this.#clock.nowUs() < sliceEndUs);
      return false;
    } finally {
      this.#isEmitting = false;
    }
  }

  #goTo(goal: Goal): void {
    this.#cancelSlice?.();
    this.#cancelSlice = null;
    this.#goal = goal;
    this.#stopTicking();
    this.#pacer.moveTo(this.#clock.nowUs(), goal.positionUs);
    if (this.#state !== 'seeking') this.#setState('seeking');
    this.#listener.onClock();
    if (goal.index < this.#index) {
      this.#index = 0;
      this.#listener.onReset();
    }
    this.#seekSlice();
  }

  #seekSlice(): void {
    this.#cancelSlice = null;
    const goal = this.#goal!;
    if (!this.#emitTo(goal.index)) {
      this.#cancelSlice = this.#clock.after(0, () => this.#seekSlice());
      return;
    }
    this.#goal = null;
    this.#listener.onSettled();
    // The listener may have commanded something else by now.
    if (this.#goal !== null || this.#state !== 'seeking') return;
    if (goal.index === this.#recording.events) this.#halt('ended');
    else if (goal.plays) this.#resume();
    else this.#halt('paused');
  }
}
