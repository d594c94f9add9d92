import { invariant, type MarketEvent, type TimelineState, type UnixUs } from '#protocol';
import type { Cancel, Clock } from '../engine/ports.ts';
import type { RecordedState, RecordingReader } from '../tape/ports.ts';
import { Pacer } from './pacer.ts';
import type { LoopRange, ReplayListener, ReplayOptions } from './replay-ports.ts';
import { barStart, type ReplayStep } from './replay-step.ts';

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
/** How often a growing recording is looked at while it plays, for what of it is gone, us. */
const LOOK_INTERVAL_US = 1_000_000;
/** Events before the goal of a seek that are played rather than loaded, so that there are trades to show: some 2 ms of work. */
const PLAYED_BEFORE_GOAL = 2_000;

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
 * Invariant: what the last reset began from and the events let out since make exactly the first n events of the recording, in order, and
 * while no seek runs all of them happened at `positionUs` or before; events of one instant may be parted by a step or by a slice only.
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
  #loop: LoopRange | null = null;
  #state: TimelineState = 'paused';
  /** Events let out so far: the number of the next one. */
  #index: number;
  /** Up to here, and no further, everything was let out. */
  #reachedUs: number;
  /** Where the state begins that events were let out onto. */
  #begin: number;
  #goal: Goal | null = null;
  #nextSkipUs = Number.NEGATIVE_INFINITY;
  #nextLookUs = Number.NEGATIVE_INFINITY;
  /** Events that were to be let out could not be read: what follows from the others is not the state. */
  #isTorn = false;
  #isNextRound = false;
  #isEmitting = false;
  #isClosed = false;
  #cancelTick: Cancel | null = null;
  #cancelSlice: Cancel | null = null;

  constructor(options: ReplayOptions) {
    const { recording } = options;
    this.#recording = recording;
    this.#begin = this.#index = recording.firstEvent ?? 0;
    this.#reachedUs = recording.firstTimeUs;
    this.#clock = options.clock;
    this.#onEvent = (event) => options.onEvent(event);
    this.#listener = options.listener;
    this.#tickMs = options.tickMs ?? DEFAULT_TICK_MS;
    this.#sliceUs = (options.sliceMs ?? DEFAULT_SLICE_MS) * 1000;
    this.#pacer = new Pacer(recording, options.speed ?? 1, options.skipIdleUs ?? DEFAULT_SKIP_IDLE_US);
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

  /** Events that were let out: the state is that of the first so many. */
  get index(): number {
    return this.#index;
  }

  /** Begins to play from the first event. */
  start(): void {
    this.play();
  }

  play(): void {
    if (!this.#mayCommand()) return;
    if (this.#goal !== null) this.#goal.plays = true;
    else if (this.#state === 'ended') this.#goOn();
    else if (this.#state === 'paused') this.#resume();
  }

  /** Stops exactly here: what is due by now is let out, nothing later, and time stands still however long that took. */
  pause(): void {
    if (!this.#mayCommand()) return;
    if (this.#goal === null && this.#state === 'playing') {
      this.#letOutDue();
      // A slice may have ended between two events of one instant.
      while (this.#state === 'playing' && !this.#emitTo(this.#recording.indexAt(this.#reachedUs)));
    }
    if (this.#goal !== null) this.#goal.plays = false;
    else if (this.#state === 'playing') this.#halt('paused', this.#reachedUs);
  }

  /** Times outside the recording become its first or last. */
  seek(timeUs: number): void {
    if (!this.#mayCommand()) return;
    invariant(!Number.isNaN(timeUs), 'a seek names a time');
    this.#look();
    const positionUs = this.#pacer.clamp(timeUs);
    const plays = this.#goal?.plays ?? this.#state === 'playing';
    this.#goTo({ index: this.#recording.indexAt(positionUs), positionUs, plays });
  }

  /** Plays this stretch over and over, from its start when the position is outside; null = no more. */
  loop(range: LoopRange | null): void {
    if (!this.#mayCommand()) return;
    this.#loop = range;
    if (range === null) return;
    const { positionUs } = this;
    if (positionUs < range.fromTimeUs || positionUs >= range.toTimeUs) this.seek(range.fromTimeUs);
  }

  /** What is jumped over from now on: silence longer than this, us. */
  setSkipIdle(skipIdleUs: number): void {
    if (this.#mayCommand()) this.#pacer.skipIdleUs = skipIdleUs;
  }

  /** Speeds outside the range become the nearest one within. */
  setSpeed(speed: number): void {
    if (!this.#mayCommand()) return;
    this.#pacer.setSpeed(this.#clock.nowUs(), speed);
    this.#listener.onClock();
  }

  /** Moves and stays there, paused. */
  step(step: ReplayStep): void {
    if (!this.#mayCommand()) return;
    const { durationUs, events, bars } = step;
    this.#look();
    if (durationUs !== undefined || bars !== undefined) {
      const from = this.#goal?.positionUs ?? this.positionUs;
      const goalUs = bars === undefined ? from + durationUs! : barStart(from, bars);
      const positionUs = this.#pacer.clamp(goalUs);
      this.#goTo({ index: this.#recording.indexAt(positionUs), positionUs, plays: false });
      return;
    }
    const from = this.#goal?.index ?? this.#index;
    const first = this.#recording.firstEvent ?? 0;
    const index = Math.min(this.#recording.events, Math.max(first, from + (events ?? 1)));
    const positionUs = index === first ? this.#recording.firstTimeUs : this.#recording.timeOfEvent(index - 1);
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
    // The rounds of a loop would follow each other without an end, where one is over as soon as it begins.
    if (!this.#isNextRound) this.#letOutDue();
  }

  #halt(state: 'paused' | 'ended', positionUs: number): void {
    this.#stopTicking();
    this.#pacer.moveTo(this.#clock.nowUs(), positionUs);
    this.#setState(state);
    this.#listener.onClock();
  }

  #stopTicking(): void {
    this.#pacer.stop(this.#clock.nowUs());
    this.#cancelTick?.();
    this.#cancelTick = null;
  }

  /** Plays on from the end: what was appended meanwhile, or from the start again. */
  #goOn(): void {
    if (this.#recording.refresh !== undefined) {
      this.#look();
      return this.#resume();
    }
    this.#pacer.moveTo(this.#clock.nowUs(), this.#recording.firstTimeUs);
    this.#beginAt(this.#recording.keyframeBefore?.(0) ?? null);
    this.#listener.onSettled();
    this.#resume();
  }

  /** Makes sure that it is known what was appended to a growing recording, and what is gone. */
  #look(): void {
    const recording = this.#recording;
    this.#nextLookUs = this.#clock.nowUs() + LOOK_INTERVAL_US;
    const { units } = recording;
    const listed = recording.instruments.length;
    const isGrown = recording.refresh?.() === true;
    // Definitions stand before the first event that needs them, and may be there without it.
    if (isGrown || units !== recording.units || listed < recording.instruments.length)
      this.#listener.onGrown();
  }

  /** One tick: everything that has happened by now, then a look at what comes next. */
  #letOutDue(): void {
    if (this.#state !== 'playing' || this.#isEmitting) return;
    if (this.positionUs >= this.#recording.lastTimeUs || this.#clock.nowUs() >= this.#nextLookUs)
      this.#look();
    const loop = this.#loopHere();
    const positionUs = Math.min(this.positionUs, loop?.toTimeUs ?? Number.POSITIVE_INFINITY);
    const dueIndex = this.#recording.indexAt(positionUs);
    if (this.#isResetBefore(dueIndex)) return this.#goTo({ index: dueIndex, positionUs, plays: true });
    const isDone = this.#emitTo(dueIndex);
    if (this.#isTorn) return this.#goTo({ index: dueIndex, positionUs, plays: true });
    this.#reachedUs = isDone ? positionUs : this.#recording.timeOfEvent(this.#index - 1);
    if (!isDone) {
      // The receiver is slower than the chosen speed: time waits for it, so that nothing is shown before it happened.
      this.#pacer.moveTo(this.#clock.nowUs(), this.#reachedUs);
      this.#listener.onClock();
      return;
    }
    if (loop !== null && positionUs >= Math.min(loop.toTimeUs, this.#recording.lastTimeUs))
      this.#startRound(loop);
    else if (this.#index === this.#recording.events) this.#atEnd();
    else this.#skipIdle(positionUs);
  }

  /** The loop, if any of its stretch can be played. */
  #loopHere(): LoopRange | null {
    const loop = this.#loop;
    const { lastTimeUs } = this.#recording;
    return loop !== null && this.#pacer.clamp(loop.fromTimeUs) < Math.min(loop.toTimeUs, lastTimeUs)
      ? loop
      : null;
  }

  #startRound({ fromTimeUs }: LoopRange): void {
    this.#isNextRound = true;
    this.seek(fromTimeUs);
    this.#isNextRound = false;
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
    this.#halt('ended', this.#recording.lastTimeUs);
  }

  /** Lets out the events up to `index`. False when the slice was over before. */
  #emitTo(index: number): boolean {
    if (this.#index >= index) return true;
    const sliceEndUs = this.#clock.nowUs() + this.#sliceUs;
    this.#isEmitting = true;
    try {
      do {
        const from = this.#index;
        const { holes } = this.#recording;
        this.#index = Math.min(index, from + BATCH_EVENTS);
        this.#recording.play(from, this.#index, this.#onEvent);
        if (holes !== this.#recording.holes) this.#isTorn = true;
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
    const from = this.#stateBefore(goal.index);
    const event = from?.event ?? 0;
    const isElsewhere = goal.index < this.#index || event > this.#index;
    const isAnew = goal.index === this.#begin && event !== this.#begin;
    if (isElsewhere || isAnew || this.#isTorn || this.#isResetBefore(goal.index)) this.#beginAt(from);
    this.#seekSlice();
  }

  #beginAt(from: RecordedState | null): void {
    this.#begin = this.#index = from?.event ?? 0;
    this.#isTorn = false;
    this.#listener.onReset(from);
  }

  /** What to begin from to get to an event with some before it; null = the start. */
  #stateBefore(index: number): RecordedState | null {
    const { resets = [], firstEvent = 0, keyframeBefore } = this.#recording;
    if (keyframeBefore === undefined) return null;
    // What was known stands until the first event after it: a replay that comes there by playing has no sign before.
    const reset = resets.findLast((at) => at < index) ?? 0;
    return this.#recording.keyframeBefore!(Math.max(firstEvent, reset, index - PLAYED_BEFORE_GOAL));
  }

  /** Whether the state begins anew between here and an event that is about to be let out. */
  #isResetBefore(index: number): boolean {
    const { resets } = this.#recording;
    return resets?.some((at) => at >= this.#index && at < index && at !== this.#begin) === true;
  }

  #seekSlice(): void {
    this.#cancelSlice = null;
    const goal = this.#goal!;
    const isDone = this.#emitTo(goal.index);
    if (this.#isTorn) return this.#goTo(goal);
    if (!isDone) {
      this.#cancelSlice = this.#clock.after(0, () => this.#seekSlice());
      return;
    }
    this.#goal = null;
    this.#reachedUs = goal.positionUs;
    this.#listener.onSettled();
    // The listener may have commanded something else by now.
    if (this.#goal !== null || this.#state !== 'seeking') return;
    if (goal.index === this.#recording.events) this.#halt('ended', goal.positionUs);
    else if (goal.plays) this.#resume();
    else this.#halt('paused', goal.positionUs);
  }
}
