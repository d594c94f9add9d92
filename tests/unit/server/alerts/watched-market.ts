import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlertCondition, AlertDraft, AlertPhase, InstrumentDefinition, InstrumentId } from '#protocol';
import { RuleWatcher, type SeenFiring, type WatchState } from '../../../../server/alerts/rule-watcher.ts';
import { Engine } from '../../../../server/engine/engine.ts';
import { EventTaps } from '../../../../server/timelines/event-taps.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { instrument, quote, trade } from '../../../support/test-timeline.ts';

export function draft(condition: AlertCondition, more: Partial<AlertDraft> = {}): AlertDraft {
  return {
    selectors: ['AAA'],
    condition,
    repeat: false,
    rearmBy: '0',
    minIntervalS: 1,
    note: '',
    webhook: '',
    enabled: true,
    ...more,
  };
}

export const crossing = (
  level: string,
  direction: 'above' | 'below' | 'either' = 'above',
  field: 'last' | 'bid' | 'ask' = 'last',
): AlertCondition => ({ kind: 'price', field, direction, level });

/** A live engine whose events a test makes: one tick is 0.01. */
export class WatchedMarket {
  readonly clock = new ManualClock();
  readonly engine = new Engine(this.clock.nowUs(), 4_096);
  readonly taps = new EventTaps(this.engine);
  readonly held: InstrumentId[] = [];

  constructor(symbols: readonly string[] = ['AAA']) {
    for (const symbol of symbols) this.define(symbol);
  }

  readonly hold = (ids: readonly InstrumentId[]) => {
    this.held.push(...ids);
    return () => {
      for (const id of ids) this.held.splice(this.held.indexOf(id), 1);
    };
  };

  define(symbol: string, more: Partial<InstrumentDefinition> = {}): InstrumentId {
    return this.taps.define(instrument(symbol, more));
  }

  /** @param ticks of the last price, or of what is left of it after a change of units */
  trade(ticks: number, lots = 1, id = 0): void {
    this.taps.onEvent(trade(id, this.clock.nowUs(), ticks, lots));
  }

  quote(bid: number, ask: number, id = 0): void {
    this.taps.onEvent(quote(id, this.clock.nowUs(), bid, 1, ask, 1));
  }
}

/** A watcher on a market, and what it has told. */
export class WatcherBench {
  readonly market: WatchedMarket;
  readonly firings: SeenFiring[] = [];
  readonly states = new Map<string, WatchState>();
  readonly watcher: RuleWatcher;

  constructor(market = new WatchedMarket(), states: Iterable<WatchState> = []) {
    this.market = market;
    for (const state of states) this.states.set(`${state.rule} ${state.instrument}`, state);
    this.watcher = new RuleWatcher({
      engine: market.engine,
      clock: market.clock,
      hold: market.hold,
      recall: (rule, key) => this.states.get(`${rule} ${key}`),
      onChange: (state) => this.states.set(`${state.rule} ${state.instrument}`, state),
      onFiring: (firing) => this.firings.push(firing),
    });
    market.taps.add(this.watcher);
  }

  set(id: number, rule: AlertDraft): void {
    this.watcher.set({ ...rule, id });
  }

  /** Of the only instrument of a rule. */
  phase(id = 1): AlertPhase {
    return (Object.entries(this.watcher.phases(id)) as [AlertPhase, number][]).find(
      ([, count]) => count > 0,
    )![0];
  }

  /** How often it has fired after each of these prices. */
  after(prices: readonly number[]): number[] {
    return prices.map((price) => {
      this.market.trade(price);
      return this.firings.length;
    });
  }
}

export const freshFolder = (): string => mkdtempSync(join(tmpdir(), 'tickwire-alerts-'));
