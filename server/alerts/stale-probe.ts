import { MarketHours, type AlertCondition, type AlertPhase } from '#protocol';
import type { Look } from './arming.ts';
import type { Probe, ProbeParts } from './probe.ts';

const marketHours = new MarketHours();

/**
 * How long nothing came. Counts from when the rule was made or the server was started, and while the exchange is open; seen within a second.
 */
export class StaleProbe implements Probe {
  readonly ticks = true;
  readonly side = 0;
  readonly #condition: AlertCondition & { kind: 'stale' };
  readonly #parts: ProbeParts;
  #cameUs: number;
  #hasCome = false;

  constructor(condition: AlertCondition & { kind: 'stale' }, parts: ProbeParts) {
    this.#condition = condition;
    this.#parts = parts;
    this.#cameUs = parts.nowUs;
  }

  onEvent(_: unknown, nowUs: number): boolean {
    const wasLong = this.#isMet(nowUs);
    const isFirst = !this.#hasCome;
    this.#cameUs = nowUs;
    this.#hasCome = true;
    return wasLong || isFirst;
  }

  look(phase: AlertPhase, nowUs: number): Look {
    if (this.#isClosed(nowUs)) {
      // Silence is as it should be: it counts anew from the opening, and only an update says that it is over.
      this.#cameUs = nowUs;
      this.#hasCome = false;
      return 'between';
    }
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

  #isClosed(nowUs: number): boolean {
    const { columns, instrument, definition } = this.#parts;
    return marketHours.closing(definition, nowUs, columns.tradeTimeUs[instrument]!) !== null;
  }

  #isMet(nowUs: number): boolean {
    return nowUs - this.#cameUs >= this.#condition.seconds * 1e6;
  }
}
