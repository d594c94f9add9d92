import {
  invariant,
  stepsAround,
  stepsToText,
  type AlertCondition,
  type AlertPhase,
  type StepBracket,
} from '#protocol';
import type { Look } from './arming.ts';
import type { Probe, ProbeParts } from './probe.ts';

const BELOW = -1;
const ABOVE = 1;

/**
 * A price against a level, in whole ticks. A level between two ticks is reached from below at the tick above it, and from above at the
 * tick below it.
 */
export class PriceProbe implements Probe {
  readonly ticks = false;
  readonly #condition: AlertCondition & { kind: 'price' };
  readonly #parts: ProbeParts;
  readonly #level: StepBracket;
  readonly #rearmTicks: number;
  #seen = Number.NaN;
  /** From where an `either` rule was armed. */
  #side: number;

  constructor(condition: AlertCondition & { kind: 'price' }, parts: ProbeParts) {
    const level = stepsAround(condition.level, parts.definition.tick);
    const rearm = stepsAround(parts.rearmBy, parts.definition.tick);
    invariant(level !== null && rearm !== null, 'levels were read when the rule was made');
    this.#condition = condition;
    this.#parts = parts;
    this.#level = level;
    this.#rearmTicks = rearm.ceil;
    this.#side = parts.side;
  }

  get side(): number {
    return this.#side;
  }

  get #price(): number {
    const { columns, instrument } = this.#parts;
    return columns[this.#condition.field][instrument]!;
  }

  onEvent(): boolean {
    const price = this.#price;
    if (price === this.#seen || price !== price) return false;
    this.#seen = price;
    return true;
  }

  look(phase: AlertPhase): Look {
    const price = this.#price;
    if (price !== price) return 'unknown';
    const { direction } = this.#condition;
    const isArmed = phase === 'armed';
    const from = direction === 'either' ? (isArmed ? this.#side : 0) : direction === 'above' ? BELOW : ABOVE;
    if (from === BELOW && price >= this.#level.ceil) return 'met';
    if (from === ABOVE && price <= this.#level.floor) return 'met';
    // Nothing to come back from before the first firing.
    const distance = phase === 'rearming' ? this.#rearmTicks : 0;
    const isBelow = price < this.#level.ceil - distance && from !== ABOVE;
    const isAbove = price > this.#level.floor + distance && from !== BELOW;
    if (!isBelow && !isAbove) return 'between';
    if (!isArmed) this.#side = isBelow ? BELOW : ABOVE;
    return 'back';
  }

  value(): string {
    return stepsToText(this.#price, this.#parts.definition.tick);
  }

  sentence(): string {
    const { field, level, direction } = this.#condition;
    const isUp = direction === 'either' ? this.#side === BELOW : direction === 'above';
    return `${field} ${this.value()}, ${isUp ? 'at or above' : 'at or below'} ${level}`;
  }
}
