import {
  decimalText,
  invariant,
  isShareAtLeast,
  parseDecimal,
  secondsWords,
  type AlertCondition,
  type AlertPhase,
  type Decimal,
} from '#protocol';
import type { Look } from './arming.ts';
import { isBackBy, lessBy } from './threshold.ts';
import type { Probe, ProbeParts } from './probe.ts';
import { WindowExtremes } from './window-extremes.ts';

/** The last price against the lowest and the highest of a window, from when the rule was made or the server was started on. */
export class ChangeProbe implements Probe {
  readonly ticks = true;
  readonly side = 0;
  readonly #condition: AlertCondition & { kind: 'change' };
  readonly #parts: ProbeParts;
  readonly #percent: Decimal;
  readonly #backPercent: Decimal | null;
  readonly #window: WindowExtremes;
  #seen = Number.NaN;

  constructor(condition: AlertCondition & { kind: 'change' }, parts: ProbeParts) {
    const percent = parseDecimal(condition.percent);
    invariant(percent !== null, 'percents were read when the rule was made');
    this.#condition = condition;
    this.#parts = parts;
    this.#percent = percent;
    this.#backPercent = lessBy(percent, parts.rearmBy);
    this.#window = new WindowExtremes(condition.windowS * 1e6);
    if (this.#last === this.#last) this.#window.add(this.#last, parts.nowUs);
  }

  get #last(): number {
    return this.#parts.columns.last[this.#parts.instrument]!;
  }

  onEvent(_: unknown, nowUs: number): boolean {
    const last = this.#last;
    if (last === this.#seen || last !== last) return false;
    this.#seen = last;
    this.#window.add(last, nowUs);
    return true;
  }

  look(phase: AlertPhase, nowUs: number): Look {
    if (this.#last !== this.#last) return 'unknown';
    // A price that stands still is the price of each second.
    this.#window.add(this.#last, nowUs);
    if (this.#moves(this.#percent)) return 'met';
    return isBackBy(phase, this.#backPercent, (percent) => this.#moves(percent)) ? 'back' : 'between';
  }

  value(): string {
    return decimalText(this.#move, 2);
  }

  sentence(): string {
    const move = this.#move;
    const size = decimalText(Math.abs(move), 2);
    return `last ${move >= 0 ? 'rose' : 'fell'} ${size}% within ${secondsWords(this.#condition.windowS)}`;
  }

  /** The larger move of those that are asked for, in hundredths of a percent; for people: what decides is exact. */
  get #move(): number {
    const { low, high } = this.#window;
    const rise = low === 0 ? 0 : ((this.#last - low) * 1e4) / Math.abs(low);
    const fall = high === 0 ? 0 : ((high - this.#last) * 1e4) / Math.abs(high);
    const { direction } = this.#condition;
    const isRise = direction === 'either' ? rise >= fall : direction === 'up';
    return isRise ? Math.round(rise) : -Math.round(fall);
  }

  #moves(percent: Decimal): boolean {
    const { low, high } = this.#window;
    const { direction } = this.#condition;
    const last = this.#last;
    // Of a price below zero too, as changes are shown; of one of zero nothing is a share.
    if (direction !== 'down' && low !== 0 && isShareAtLeast(last - low, Math.abs(low), percent, 100))
      return true;
    return direction !== 'up' && high !== 0 && isShareAtLeast(high - last, Math.abs(high), percent, 100);
  }
}
