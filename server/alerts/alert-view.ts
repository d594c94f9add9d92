import type { AlertFiring, AlertNews, AlertOverview, AlertRule } from '#protocol';
import type { Entitlement } from '../access/entitlement.ts';
import type { Dictionary } from '../engine/dictionary.ts';
import { SelectorSet } from '../engine/selector.ts';

/** Rules whose answer is remembered: more than there may be. */
const KNOWN_MAX = 1_000;

interface Known {
  readonly selectors: string;
  readonly instruments: number;
  readonly isSeen: boolean;
}

/**
 * Alerts as one class of viewers sees them: rules that concern nothing that is hidden from it, and firings of instruments that it sees.
 * It may change none: rules belong to everybody.
 */
export class AlertView {
  readonly #entitlement: Entitlement;
  readonly #dictionary: Dictionary;
  /** By rule, so long as neither its selectors nor the instruments change. */
  readonly #known = new Map<number, Known>();

  constructor(entitlement: Entitlement, dictionary: Dictionary) {
    this.#entitlement = entitlement;
    this.#dictionary = dictionary;
  }

  overview(overview: AlertOverview): AlertOverview {
    return {
      ...overview,
      mayChange: false,
      rules: overview.rules.filter((rule) => this.watches(rule)).map((rule) => this.#rule(rule)),
      webhooks: [],
      webhookOrigins: [],
    };
  }

  firings(firings: readonly AlertFiring[]): AlertFiring[] {
    return firings.filter((firing) => this.shows(firing)).map(ownFiring);
  }

  /** Null = none of its business. */
  news(news: AlertNews): AlertNews | null {
    switch (news.type) {
      case 'overview':
        return { type: 'overview', overview: this.overview(news.overview) };
      case 'rule':
        // One that it saw and that was changed to concern something hidden is gone for it.
        return this.watches(news.rule)
          ? { type: 'rule', rule: this.#rule(news.rule) }
          : { type: 'removed', id: news.rule.id };
      case 'firing':
        return this.shows(news.firing) ? { type: 'firing', firing: ownFiring(news.firing) } : null;
      case 'delivery':
      case 'missed':
        return null;
      case 'removed':
      case 'muted':
        return news;
    }
  }

  /** Whether it may hear of a firing. */
  shows({ instrument }: Pick<AlertFiring, 'instrument'>): boolean {
    const colon = instrument.indexOf(':');
    return this.#entitlement.sees({ venue: instrument.slice(0, colon), symbol: instrument.slice(colon + 1) });
  }

  #rule(rule: AlertRule): AlertRule {
    return { ...rule, webhook: '' };
  }

  /** Whether a rule watches something, and nothing that is hidden. */
  watches({ id, selectors }: Pick<AlertRule, 'id' | 'selectors'>): boolean {
    const text = selectors.join('\n');
    const instruments = this.#dictionary.size;
    const known = this.#known.get(id);
    if (known?.selectors === text && known.instruments === instruments) return known.isSeen;
    const set = SelectorSet.parse(selectors);
    const watched = this.#dictionary
      .ids()
      .map((one) => this.#dictionary.definition(one))
      .filter((definition) => set?.matches(definition) === true);
    const isSeen = watched.length > 0 && watched.every((definition) => this.#entitlement.sees(definition));
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.set(id, { selectors: text, instruments, isSeen });
    return isSeen;
  }
}

/** Where it was sent is the operator's business. */
const ownFiring = (firing: AlertFiring): AlertFiring => ({ ...firing, delivery: null });
