import type { AlertPhase } from '#protocol';

/**
 * What a condition says of the value as it is now: `met`, `back` = so far from it that the rule may be armed again, `between` the two, or
 * `unknown` = there is no value yet.
 */
export type Look = 'met' | 'back' | 'between' | 'unknown';

/** What of an arming outlives the process. */
export interface ArmingMemory {
  readonly phase: AlertPhase;
  /** When it fired last, us since 1970; 0 = never. */
  readonly firedUs: number;
}

export interface ArmingTerms {
  readonly repeat: boolean;
  readonly minIntervalUs: number;
  /** A value that is met from the start fires nothing: it has to have been back before. True of prices, which cross. */
  readonly needsBack: boolean;
}

/**
 * When one rule fires on one instrument. Knows no values: it is told how the condition stands, after each event and each second.
 *
 *   new ------ back ------> armed        (or, unless `needsBack`, new -- met --> fires)
 *   armed ---- met -------> fires, then `rearming` when it repeats, else `fired`
 *   rearming - back, and the shortest interval is over --> armed
 *   fired ---- nothing; making the rule anew is the way out
 *
 * Invariant: between two firings lies a look that was `back`, and at least the shortest interval.
 */
export class Arming {
  readonly #terms: ArmingTerms;
  #phase: AlertPhase;
  #firedUs: number;

  constructor(terms: ArmingTerms, memory: ArmingMemory = { phase: 'new', firedUs: 0 }) {
    this.#terms = terms;
    this.#phase = memory.phase;
    this.#firedUs = memory.firedUs;
  }

  get phase(): AlertPhase {
    return this.#phase;
  }

  get firedUs(): number {
    return this.#firedUs;
  }

  /** Returns whether the rule fires now. */
  step(look: Look, nowUs: number): boolean {
    switch (this.#phase) {
      case 'new':
        if (look === 'met' && !this.#terms.needsBack) return this.#fire(nowUs);
        if (look === 'back') this.#phase = 'armed';
        return false;
      case 'armed':
        return look === 'met' && this.#fire(nowUs);
      case 'rearming':
        if (look === 'back' && nowUs - this.#firedUs >= this.#terms.minIntervalUs) this.#phase = 'armed';
        return false;
      case 'fired':
        return false;
    }
  }

  #fire(nowUs: number): true {
    this.#phase = this.#terms.repeat ? 'rearming' : 'fired';
    this.#firedUs = nowUs;
    return true;
  }
}
