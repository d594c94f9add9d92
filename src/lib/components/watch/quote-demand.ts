import type { DictionaryEntry } from '#protocol';
import { instrumentKey } from '../../../protocol/instrument.ts';
import type { Market, QuoteWatch } from '../../state/market.ts';

/** Up to so many instruments, all are watched at the cadence that the viewer chose. */
const ALL_MAX = 500;
/** Above that, those that are out of sight are still needed for sorting and movers, but no faster than this. */
const BACKGROUND_HZ = 1;

/**
 * Tells the server what the page looks at. A few hundred instruments: all, at the cadence. Thousands: all at 1 Hz, and the
 * rows in view at the cadence. Invariant: a new watch opens before the one that it replaces closes, so that no row is ever
 * without one.
 */
export class QuoteDemand {
  readonly #market: Pick<Market, 'watchQuotes'>;
  #cadenceHz: number;
  #many = false;
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

  /** How many instruments there are. */
  setTotal(count: number): void {
    const many = count > ALL_MAX;
    if (many === this.#many) return;
    this.#many = many;
    this.#all.tune(this.#allRateHz);
    if (!many) this.#closeVisible();
  }

  /** The rows in view. Does nothing while all instruments have the full rate anyway. */
  setVisible(entries: readonly DictionaryEntry[]): void {
    if (!this.#many || entries.length === 0) return;
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
    return this.#many ? Math.min(BACKGROUND_HZ, this.#cadenceHz) : this.#cadenceHz;
  }

  #closeVisible(): void {
    this.#visible?.close();
    this.#visible = null;
    this.#visibleKeys = '';
  }
}
