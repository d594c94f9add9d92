import type { TimelineView } from '../../state/market.ts';
import {
  loopAround,
  loopOf,
  NO_MARKS,
  withIn,
  withOut,
  type LoopMarks,
  type TimeRange,
} from './loop-marks.ts';

export interface LoopHost {
  readonly timeline: Pick<TimelineView, 'loop' | 'nowUs'>;
  span(): TimeRange;
  /** Asks the server to loop; null = no more. */
  loop(range: TimeRange | null): void;
}

/**
 * The A-B loop as the viewer sets it: marks here, and the loop itself on the server. Invariant: while the server loops, the marks are
 * its ends, except for the moment in which they are moved.
 */
export class LoopControl {
  readonly #host: LoopHost;
  #marks = $state.raw<LoopMarks>(NO_MARKS);
  /** What a drag of an end shows before it is let go. */
  #dragged = $state.raw<TimeRange | null>(null);

  constructor(host: LoopHost) {
    this.#host = host;
  }

  /** Whether the server plays a stretch over and over. */
  get isOn(): boolean {
    return this.#host.timeline.loop !== null;
  }

  get marks(): LoopMarks {
    return this.#marks;
  }

  /** The stretch between the marks; null where none are set. */
  get range(): TimeRange | null {
    return this.#dragged ?? loopOf(this.#marks, this.#host.span());
  }

  setIn(): void {
    this.#set(withIn(this.#marks, this.#host.timeline.nowUs()));
  }

  setOut(): void {
    this.#set(withOut(this.#marks, this.#host.timeline.nowUs()));
  }

  toggle(): void {
    if (this.isOn) return this.#host.loop(null);
    const range = this.range ?? loopAround(this.#host.timeline.nowUs(), this.#host.span());
    this.#marks = { inUs: range.fromUs, outUs: range.toUs };
    this.#host.loop(range);
  }

  drag(range: TimeRange): void {
    this.#dragged = range;
  }

  drop(): void {
    const range = this.#dragged;
    this.#dragged = null;
    if (range !== null) this.#set({ inUs: range.fromUs, outUs: range.toUs });
  }

  /** Forgets the marks, and ends the loop. */
  clear(): void {
    if (this.isOn) this.#host.loop(null);
    this.forget();
  }

  /** Another timeline: marks mean nothing there. */
  forget(): void {
    this.#marks = NO_MARKS;
    this.#dragged = null;
  }

  /** The server said what it loops: another viewer may have set it. */
  adopt(loop: TimelineView['loop']): void {
    if (loop !== null) this.#marks = { inUs: loop.fromTimeUs, outUs: loop.toTimeUs };
  }

  #set(marks: LoopMarks): void {
    this.#marks = marks;
    if (!this.isOn) return;
    const range = loopOf(marks, this.#host.span());
    this.#host.loop(range);
  }
}
