import { InvariantError } from '../../protocol/invariant.ts';
import type { SettingStorage } from '../state/settings.svelte.ts';
import type { DeskRest } from './desk-rest.ts';
import type { PausableMarket } from './pausable-market.svelte.ts';

/** What makes the rest of a desk; null until its code is here. */
let makeRest: ((market: PausableMarket) => DeskRest) | null = null;
/** Begins the rest of the desk that was there before. */
let beginWaiting: (() => void) | null = null;

/** Gives every desk its rest: the one that is there and those to come. */
export function takeRest(make: (market: PausableMarket) => DeskRest): void {
  makeRest = make;
  beginWaiting?.();
  beginWaiting = null;
}

/**
 * The half of `Desk` that comes after its rows, and hands it on. Knows nothing of what it is: `desk-rest.ts` does. Nobody asks for any of it
 * before `isWhole`, but what came with it or after it.
 */
export abstract class LateRest {
  abstract readonly market: PausableMarket;
  #rest = $state.raw<DeskRest | null>(null);
  /** Where what was chosen is kept; absent until it was brought back. */
  #storage: SettingStorage | null | undefined;

  /** Begins it where its code is here, else when it has come. */
  protected begin(): void {
    if (makeRest === null) {
      beginWaiting = () => this.begin();
      return;
    }
    this.#rest = makeRest(this.market);
    if (this.#storage !== undefined) this.#rest.restore(this.#storage);
  }

  /** Brings back what the viewer chose earlier, as soon as there is something to bring it back to. */
  protected restoreRest(storage: SettingStorage | null): void {
    this.#storage = storage;
    this.#rest?.restore(storage);
  }

  /** What comes after the rows is here. */
  get isWhole(): boolean {
    return this.#rest !== null;
  }

  /** For what comes with it or after it, and for pages that import it. */
  get rest(): DeskRest {
    if (this.#rest === null) throw new InvariantError('the rest of the desk is used before its code is here');
    return this.#rest;
  }

  get access() {
    return this.rest.access;
  }

  get alerts() {
    return this.rest.alerts;
  }

  get alertDesk() {
    return this.rest.alertDesk;
  }

  get chart() {
    return this.rest.chart;
  }

  get feedHistory() {
    return this.rest.feedHistory;
  }

  get happenings() {
    return this.rest.happenings;
  }

  get keys() {
    return this.rest.keys;
  }

  get recent() {
    return this.rest.recent;
  }

  get tape() {
    return this.rest.tape;
  }

  get toasts() {
    return this.rest.toasts;
  }

  get watchlists() {
    return this.rest.watchlists;
  }
}
