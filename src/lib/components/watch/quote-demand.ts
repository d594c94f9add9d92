import type { DictionaryEntry } from '#protocol';
import { instrumentKey } from '../../../protocol/instrument.ts';
import type { Market, QuoteWatch } from '../../state/market.ts';

/** Up to so many instruments, all are watched at the cadence that the viewer chose. */
const ALL_MAX = 500;
/** Above that, those that are out of sight are still needed for sorting and movers, but no faster than this. */
const BACKGROUND_HZ = 1;
/** A survey of all instruments changes its colours and sizes no faster than this. */
const SURVEY_HZ = 2;
/**
 * Instruments that no part of the page shows need only their names: the dictionary comes with what is watched. Not slower, since after
 * a change of rate the connection counts as current only when the slowest watch was served, and the lag shown would rise until then.
 */
const UNSHOWN_HZ = 0.5;

/** `list`: rows of which some are in view. `survey`: all at once, calmly. `few`: only those that are named as visible. */
export type DemandScope = 'list' | 'survey' | 'few';

/**
 * Tells the server what the page looks at. A few hundred instruments: all, at the cadence. Thousands: all at 1 Hz, and the
 * rows in view at the cadence. A page that needs less says so by its scope. Invariant: a new watch opens before the one that it
 * replaces closes, so that no row is ever without one.
 */
export class QuoteDemand {
  readonly #market: Pick<Market, 'watchQuotes'>;
  #cadenceHz: number;
  #many = false;
  #scope: DemandScope = 'list';
  #all: QuoteWatch;
  #visible: QuoteWatch | null = null;
  #visibleKeys = '';

  constructor(market: Pick<Market, 'watchQuotes'>, cadenceHz: number) {
    this.#market = market;
    this.#cadenceHz = cadenceHz;
    this.#all = market.watchQuotes(['*'], cadenceHz);
  }

  setCadence(cadenceHz: number): void {
    if (cadenceHz === this.#cadenceHz) return;
    this.#cadenceHz = cadenceHz;
    this.#all.tune(this.#allRateHz);
    this.#visible?.tune(cadenceHz);
  }

  setScope(scope: DemandScope): void {
    if (scope === this.#scope) return;
    this.#scope = scope;
    this.#all.tune(this.#allRateHz);
    if (!this.#followsVisible) this.#closeVisible();
  }

  /** How many instruments there are. */
  setTotal(count: number): void {
    const many = count > ALL_MAX;
    if (many === this.#many) return;
    this.#many = many;
    this.#all.tune(this.#allRateHz);
    if (!this.#followsVisible) this.#closeVisible();
  }

  /** The rows in view. Does nothing while all instruments have the full rate anyway. */
  setVisible(entries: readonly DictionaryEntry[]): void {
    if (!this.#followsVisible || entries.length === 0) return;
    const selectors = entries.map(instrumentKey);
    const keys = selectors.toSorted().join(' ');
    if (keys === this.#visibleKeys) return;
    const before = this.#visible;
    this.#visible = this.#market.watchQuotes(selectors, this.#cadenceHz);
    this.#visibleKeys = keys;
    before?.close();
  }

  close(): void {
    this.#all.close();
    this.#closeVisible();
  }

  get #allRateHz(): number {
    switch (this.#scope) {
      case 'list':
        return this.#many ? Math.min(BACKGROUND_HZ, this.#cadenceHz) : this.#cadenceHz;
      case 'survey':
        return Math.min(SURVEY_HZ, this.#cadenceHz);
      case 'few':
        return UNSHOWN_HZ;
    }
  }

  /** Whether the rows in view need more than all instruments get. */
  get #followsVisible(): boolean {
    return this.#scope === 'few' || (this.#scope === 'list' && this.#many);
  }

  #closeVisible(): void {
    this.#visible?.close();
    this.#visible = null;
    this.#visibleKeys = '';
  }
}
