import {
  decimalText,
  invariant,
  isShareAtLeast,
  parseDecimal,
  type AlertCondition,
  type AlertPhase,
  type Decimal,
} from '#protocol';
import type { Look } from './arming.ts';
import { isBackBy, lessBy } from './threshold.ts';
import type { Probe, ProbeParts } from './probe.ts';

/** Ask minus bid. Unknown while a side is absent. */
export class SpreadProbe implements Probe {
  readonly ticks = false;
  readonly side = 0;
  readonly #condition: AlertCondition & { kind: 'spread' };
  readonly #parts: ProbeParts;
  readonly #atLeast: Decimal;
  readonly #backAt: Decimal | null;
  #seenBid = Number.NaN;
  #seenAsk = Number.NaN;

  constructor(condition: AlertCondition & { kind: 'spread' }, parts: ProbeParts) {
    const atLeast = parseDecimal(condition.atLeast);
    invariant(atLeast !== null, 'spreads were read when the rule was made');
    this.#condition = condition;
    this.#parts = parts;
    this.#atLeast = atLeast;
    this.#backAt = lessBy(atLeast, parts.rearmBy);
  }

  onEvent(): boolean {
    const { columns, instrument } = this.#parts;
    const bid = columns.bid[instrument]!;
    const ask = columns.ask[instrument]!;
    if (bid === this.#seenBid && ask === this.#seenAsk) return false;
    this.#seenBid = bid;
    this.#seenAsk = ask;
    return true;
  }

  look(phase: AlertPhase): Look {
    const { columns, instrument } = this.#parts;
    const spread = columns.ask[instrument]! - columns.bid[instrument]!;
    if (spread !== spread) return 'unknown';
    if (this.#reaches(this.#atLeast)) return 'met';
    return isBackBy(phase, this.#backAt, (atLeast) => this.#reaches(atLeast)) ? 'back' : 'between';
  }

  value(): string {
    const { columns, instrument } = this.#parts;
    const bid = columns.bid[instrument]!;
    const ask = columns.ask[instrument]!;
    if (this.#condition.unit === 'ticks') return String(ask - bid);
    return decimalText(Math.round(((ask - bid) * 2e6) / Math.abs(ask + bid)), 2);
  }

  sentence(): string {
    const { unit, atLeast } = this.#condition;
    return `spread ${this.value()} ${unit}, at or above ${atLeast}`;
  }

  #reaches(atLeast: Decimal): boolean {
    const { columns, instrument } = this.#parts;
    const bid = columns.bid[instrument]!;
    const ask = columns.ask[instrument]!;
    if (this.#condition.unit === 'ticks') return isShareAtLeast(ask - bid, 1, atLeast, 1);
    // The middle of a price below zero is one too.
    const sum = Math.abs(ask + bid);
    return sum > 0 && isShareAtLeast(2 * (ask - bid), sum, atLeast, 10_000);
  }
}
