import { LIMITS, type ErrorName, type HistoryAnswer, type HistoryRequest } from '#protocol';
import type { Cancel, Clock } from '../engine/ports.ts';
import type { Timeline } from '../timelines/timeline.ts';
import { answerBytes, fitAnswer } from './fit-answer.ts';
import type { Outlet } from './outlet.ts';

/** How often an answer that waits for bandwidth is looked at, ms. */
const LOOK_MS = 50;
/** Part of two seconds of a bandwidth cap that one answer may take: what is watched goes on beside it. */
const SHARE = 0.5;

/**
 * Answers to `history` of one connection. With a bandwidth cap an answer holds no more than the cap can take in a second or so, and
 * waits until there is room for it.
 */
export class HistoryAnswers {
  readonly #outlet: Outlet;
  readonly #clock: Clock;
  readonly #refuse: (error: ErrorName, request: number) => void;
  readonly #onFault: (error: unknown) => void;
  /** Asked and not answered. */
  #asked = 0;
  #waiting: HistoryAnswer[] = [];
  #cancel: Cancel | null = null;
  /** Counts timelines: an answer of the one before means nothing any more. */
  #timelines = 0;
  #isClosed = false;

  constructor(options: {
    outlet: Outlet;
    clock: Clock;
    refuse: (error: ErrorName, request: number) => void;
    onFault: (error: unknown) => void;
  }) {
    this.#outlet = options.outlet;
    this.#clock = options.clock;
    this.#refuse = options.refuse;
    this.#onFault = options.onFault;
  }

  ask(timeline: Timeline, request: HistoryRequest): void {
    if (this.#asked >= LIMITS.historyWaitingMax) return this.#refuse('tooManyMessages', request.request);
    this.#asked += 1;
    const asked = this.#timelines;
    timeline
      .history(request, this.#outlet.entitlement)
      .then((answer) => {
        this.#asked -= 1;
        if (this.#isClosed || asked !== this.#timelines) return;
        if (typeof answer === 'string') this.#refuse(answer, request.request);
        else this.#answer(answer);
      })
      .catch(this.#onFault);
  }

  /** Another timeline: whoever asked has forgotten it. */
  drop(): void {
    this.#timelines += 1;
    this.#waiting = [];
    this.#outlet.pressure.reserve(0);
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#cancel?.();
    this.#cancel = null;
  }

  #answer(answer: HistoryAnswer): void {
    const { isCapped } = this.#outlet.pressure;
    if (!isCapped && this.#waiting.length === 0) return this.#outlet.tell(answer);
    this.#waiting.push(answer);
    this.#look();
  }

  /** Sends what there is room for, the one that waits longest first. */
  #look(): void {
    this.#cancel?.();
    this.#cancel = null;
    const { pressure, encoding } = this.#outlet;
    for (;;) {
      const next = this.#waiting[0];
      if (next === undefined) break;
      const most = Math.floor(pressure.windowBytes * SHARE);
      const fitted = pressure.isCapped ? fitAnswer(next, encoding, most) : next;
      const bytes = pressure.isCapped ? answerBytes(fitted, encoding) : 0;
      if (bytes > pressure.roomUnreserved()) {
        pressure.reserve(bytes);
        this.#cancel = this.#clock.after(LOOK_MS, () => this.#look());
        return;
      }
      this.#waiting.shift();
      pressure.reserve(0);
      this.#outlet.tell(fitted);
    }
  }
}
