import type { AlertCondition, AlertPhase } from '#protocol';
import type { Look } from './arming.ts';
import type { Probe, ProbeParts } from './probe.ts';

/** How long nothing came. Counts from when the rule was made or the server was started; seen within a second. */
export class StaleProbe implements Probe {
  readonly ticks = true;
  readonly side = 0;
  readonly #condition: AlertCondition & { kind: 'stale' };
  #cameUs: number;
  #hasCome = false;

  constructor(condition: AlertCondition & { kind: 'stale' }, { nowUs }: ProbeParts) {
    this.#condition = condition;
    this.#cameUs = nowUs;
  }

  onEvent(_: unknown, nowUs: number): boolean {
    const wasLong = this.#isMet(nowUs);
    const isFirst = !this.#hasCome;
    this.#cameUs = nowUs;
    this.#hasCome = true;
    return wasLong || isFirst;
  }

  look(phase: AlertPhase, nowUs: number): Look {
    if (this.#isMet(nowUs)) return 'met';
    // Of an instrument that was silent before the process began, only an update says that it is back.
    return phase === 'rearming' && !this.#hasCome ? 'between' : 'back';
  }

  value(nowUs: number): string {
    return String(Math.floor((nowUs - this.#cameUs) / 1e6));
  }

  sentence(nowUs: number): string {
    return `no update for ${this.value(nowUs)} s`;
  }

  #isMet(nowUs: number): boolean {
    return nowUs - this.#cameUs >= this.#condition.seconds * 1e6;
  }
}
