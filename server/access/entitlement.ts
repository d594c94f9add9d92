import { createHash } from 'node:crypto';
import type { InstrumentDefinition } from '#protocol';
import { SelectorSet } from '../engine/selector.ts';

/** Classes that are remembered at once: those beyond are made anew, and are as good. */
const CLASSES_MAX = 1_000;

/** What has to be known of an instrument to say who may see it. */
type Named = Pick<InstrumentDefinition, 'venue' | 'symbol'>;

/**
 * The instruments that a viewer may see, where that is not all of them. Immutable; the same for all viewers of a class.
 *
 * Invariant: the same `key` means the same instruments, on every server.
 */
export class Entitlement {
  readonly key: string;
  readonly selectors: readonly string[];
  /** Null = none at all. */
  readonly #set: SelectorSet | null;

  /** @param set of these selectors; null where there are none */
  constructor(selectors: readonly string[], set: SelectorSet | null) {
    this.selectors = selectors;
    this.key = createHash('sha256').update(selectors.join('\n')).digest('base64url').slice(0, 16);
    this.#set = set;
  }

  sees(instrument: Named): boolean {
    // Selectors look at venue and symbol, and at nothing else.
    return this.#set?.matches(instrument as InstrumentDefinition) === true;
  }
}

/** Entitlements by their selectors: thousands of viewers of one class hold one object. */
export class Entitlements {
  readonly #known = new Map<string, Entitlement>();

  /**
   * @param selectors as in `subscribe`; absent = everything
   * @returns null = everything may be seen; undefined = a selector is none
   */
  of(selectors: readonly string[] | undefined): Entitlement | null | undefined {
    if (selectors === undefined) return null;
    const sorted = [...new Set(selectors)].sort();
    if (sorted.length === 1 && sorted[0] === '*') return null;
    const text = sorted.join('\n');
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const set = sorted.length === 0 ? null : SelectorSet.parse(sorted);
    if (set === null && sorted.length > 0) return undefined;
    const made = new Entitlement(sorted, set);
    this.#known.set(text, made);
    const [oldest] = this.#known.keys();
    if (this.#known.size > CLASSES_MAX && oldest !== undefined) this.#known.delete(oldest);
    return made;
  }
}
