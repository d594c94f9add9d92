import {
  ALERT_LIMITS,
  instrumentKey,
  invariant,
  type AlertDraft,
  type AlertPhase,
  type InstrumentDefinition,
  type InstrumentId,
  type MarketEvent,
} from '#protocol';
import type { Engine } from '../engine/engine.ts';
import type { Cancel, Clock } from '../engine/ports.ts';
import { SelectorSet } from '../engine/selector.ts';
import type { EventTap } from '../timelines/event-taps.ts';
import { Arming, type ArmingMemory } from './arming.ts';
import { makeProbe } from './make-probe.ts';
import type { Probe } from './probe.ts';

/** Windows and silence move on without an event: they are looked at this often, ms. */
const TICK_MS = 1_000;

/** One rule on one instrument, as far as it outlives the process. */
export interface WatchState extends ArmingMemory {
  readonly rule: number;
  readonly instrument: string;
  /** -1 below, 1 above, 0 = none. */
  readonly side: number;
}

export interface SeenFiring {
  readonly rule: number;
  readonly instrument: string;
  readonly timeUs: number;
  readonly value: string;
  readonly message: string;
}

export type WatchedRule = AlertDraft & { readonly id: number };

export interface RuleWatcherOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  /** Wants instruments as a viewer does. Absent where feeds deliver all the time. */
  readonly hold?: (instruments: readonly InstrumentId[]) => Cancel;
  /** What was written of a rule and an instrument before. */
  readonly recall: (rule: number, instrument: string) => WatchState | undefined;
  /** Called in the midst of an event: notes, and does nothing slow. */
  readonly onChange: (state: WatchState) => void;
  readonly onFiring: (firing: SeenFiring) => void;
}

interface Watch {
  readonly rule: WatchedRule;
  readonly id: InstrumentId;
  readonly key: string;
  definition: InstrumentDefinition;
  probe: Probe;
  readonly arming: Arming;
  release: Cancel;
}

interface Entry {
  readonly rule: WatchedRule;
  readonly selectors: SelectorSet;
  readonly watches: Map<InstrumentId, Watch>;
  leftOut: number;
}

/**
 * Evaluates rules on the live market: after each event the rules of its instrument, and each second those that time moves. Writes nothing
 * and tells nobody but its owner. An instrument without rules costs an event one look into an array.
 *
 * Invariant: what `onChange` and `onFiring` tell is the same for the same rules, memory, events and clock.
 */
export class RuleWatcher implements EventTap {
  readonly #options: RuleWatcherOptions;
  readonly #rules = new Map<number, Entry>();
  /** Watches that can still fire, by instrument. Lists are replaced, never changed: one may be being gone through. */
  readonly #byInstrument: (readonly Watch[] | undefined)[] = [];
  readonly #timer: Cancel;
  #watches = 0;

  constructor(options: RuleWatcherOptions) {
    this.#options = options;
    this.#timer = options.clock.every(TICK_MS, () => this.tick());
  }

  /** Instruments of a rule by phase. */
  phases(rule: number): Record<AlertPhase, number> {
    const counts = { new: 0, armed: 0, rearming: 0, fired: 0 };
    for (const { arming } of this.#rules.get(rule)?.watches.values() ?? []) counts[arming.phase] += 1;
    return counts;
  }

  leftOut(rule: number): number {
    return this.#rules.get(rule)?.leftOut ?? 0;
  }

  /** Begins to watch; a rule of this number that is watched already is taken away first. */
  set(rule: WatchedRule): void {
    this.remove(rule.id);
    if (!rule.enabled) return;
    const selectors = SelectorSet.parse(rule.selectors);
    invariant(selectors !== null, 'selectors were read when the rule was made');
    const entry: Entry = { rule, selectors, watches: new Map(), leftOut: 0 };
    this.#rules.set(rule.id, entry);
    const { dictionary } = this.#options.engine;
    for (const id of dictionary.ids()) {
      const definition = dictionary.definition(id);
      if (selectors.matches(definition)) this.#watch(entry, id, definition);
    }
  }

  remove(rule: number): void {
    const entry = this.#rules.get(rule);
    if (entry === undefined) return;
    this.#rules.delete(rule);
    for (const watch of entry.watches.values()) this.#let(watch);
    this.#watches -= entry.watches.size;
  }

  close(): void {
    this.#timer();
    for (const rule of [...this.#rules.keys()]) this.remove(rule);
  }

  onDefine(id: InstrumentId, definition: InstrumentDefinition): void {
    // Without holes: the engine's events find their place at once.
    while (this.#byInstrument.length <= id) this.#byInstrument.push(undefined);
    for (const entry of this.#rules.values()) {
      const watch = entry.watches.get(id);
      if (watch !== undefined) this.#redefine(watch, definition);
      else if (entry.selectors.matches(definition)) this.#watch(entry, id, definition);
    }
  }

  onEvent(event: MarketEvent): void {
    const watches = this.#byInstrument[event.instrument];
    if (watches === undefined) return;
    const nowUs = this.#options.clock.nowUs();
    for (const watch of watches) if (watch.probe.onEvent(event, nowUs)) this.#step(watch, nowUs);
  }

  /** Looks at what time alone changes. */
  tick(): void {
    const nowUs = this.#options.clock.nowUs();
    for (const { watches } of this.#rules.values()) {
      for (const watch of watches.values()) {
        const { phase } = watch.arming;
        if (phase !== 'fired' && (watch.probe.ticks || phase === 'rearming')) this.#step(watch, nowUs);
      }
    }
  }

  #watch(entry: Entry, id: InstrumentId, definition: InstrumentDefinition): void {
    const { rule, watches } = entry;
    const { clock, recall, hold } = this.#options;
    const key = instrumentKey(definition);
    const memory = recall(rule.id, key);
    const probe = this.#probe(rule, id, definition, memory?.side ?? 0);
    if (probe === null || this.#watches >= ALERT_LIMITS.watchesMax) {
      entry.leftOut += 1;
      return;
    }
    const terms = {
      repeat: rule.repeat,
      minIntervalUs: rule.minIntervalS * 1e6,
      needsBack: rule.condition.kind === 'price',
    };
    const watch: Watch = {
      rule,
      id,
      key,
      definition,
      probe,
      arming: new Arming(terms, memory),
      release: () => {},
    };
    watches.set(id, watch);
    this.#watches += 1;
    if (watch.arming.phase === 'fired') return;
    if (hold !== undefined) watch.release = hold([id]);
    while (this.#byInstrument.length <= id) this.#byInstrument.push(undefined);
    this.#byInstrument[id] = [...(this.#byInstrument[id] ?? []), watch];
    this.#step(watch, clock.nowUs());
  }

  #probe(rule: WatchedRule, id: InstrumentId, definition: InstrumentDefinition, side: number): Probe | null {
    const { engine, clock } = this.#options;
    return makeProbe(rule.condition, {
      columns: engine.state.columns,
      instrument: id,
      definition,
      rearmBy: rule.rearmBy,
      side,
      nowUs: clock.nowUs(),
    });
  }

  /** Other units: levels are told in them anew, windows begin anew. What it has fired stays fired. */
  #redefine(watch: Watch, definition: InstrumentDefinition): void {
    const { tick, lot } = watch.definition;
    watch.definition = definition;
    const isSame = tick.units === definition.tick.units && tick.decimals === definition.tick.decimals;
    if (isSame && lot.units === definition.lot.units && lot.decimals === definition.lot.decimals) return;
    const probe = this.#probe(watch.rule, watch.id, definition, watch.probe.side);
    if (probe !== null) watch.probe = probe;
  }

  #step(watch: Watch, nowUs: number): void {
    const { arming, probe, rule, key } = watch;
    const { phase } = arming;
    const fires = arming.step(probe.look(phase, nowUs), nowUs);
    if (fires) {
      const { symbol, venue } = watch.definition;
      this.#options.onFiring({
        rule: rule.id,
        instrument: key,
        timeUs: nowUs,
        value: probe.value(nowUs),
        message: `${symbol} (${venue}): ${probe.sentence(nowUs)}`,
      });
    }
    if (arming.phase === phase) return;
    this.#options.onChange({
      rule: rule.id,
      instrument: key,
      phase: arming.phase,
      firedUs: arming.firedUs,
      side: probe.side,
    });
    if (arming.phase === 'fired') this.#let(watch);
  }

  /** Nothing more can come of it: events pass it by, and its feed may let the instrument go. */
  #let(watch: Watch): void {
    watch.release();
    watch.release = () => {};
    const rest = this.#byInstrument[watch.id]?.filter((other) => other !== watch);
    this.#byInstrument[watch.id] = rest === undefined || rest.length === 0 ? undefined : rest;
  }
}
