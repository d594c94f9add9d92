import {
  ALERT_LIMITS,
  type AlertDraft,
  type AlertFiring,
  type AlertNews,
  type AlertOverview,
  type AlertRule,
  type InstrumentId,
} from '#protocol';
import type { Engine } from '../engine/engine.ts';
import type { Cancel, Clock } from '../engine/ports.ts';
import type { EventTaps } from '../timelines/event-taps.ts';
import type { AlertStore, NewFiring, StoredRule } from './alert-store.ts';
import { AlertsError } from './alerts-error.ts';
import { patchDraft, readDraft } from './alert-draft.ts';
import { RuleWatcher, type SeenFiring, type WatchState } from './rule-watcher.ts';
import type { WebhookList } from './webhook-list.ts';
import { WebhookSender, type Post } from './webhook-sender.ts';

/** Shortest time between two writes, ms: one firing is written at once, a burst together. */
const WRITE_INTERVAL_MS = 100;
/** A write that takes long is not followed by another before so many times as long has passed. */
const WRITE_SHARE = 10;
/** Firings that wait while the disk refuses. */
const WAITING_MAX = 10_000;
const PRUNE_INTERVAL_MS = 3_600_000;

export interface AlertServiceOptions {
  readonly store: AlertStore;
  readonly webhooks: WebhookList;
  readonly clock: Clock;
  readonly engine: Engine;
  readonly taps: EventTaps;
  readonly hold?: (instruments: readonly InstrumentId[]) => Cancel;
  readonly mayChange: boolean;
  /** One sentence for the operator. */
  readonly onNotice: (sentence: string) => void;
  readonly post?: Post;
}

/**
 * The alerts of one server: rules, what becomes of them, and everybody who wants to hear of it. Evaluates nothing itself.
 *
 * Invariant: a firing is told and sent only after it was written, and each has one number that is never used again.
 */
export class AlertService {
  readonly #options: AlertServiceOptions;
  readonly #store: AlertStore;
  readonly #watcher: RuleWatcher;
  readonly #sender: WebhookSender;
  readonly #listeners = new Set<(news: AlertNews) => void>();
  readonly #leave: Cancel;
  readonly #pruning: Cancel;
  /** Rules by number, as the store has them. */
  readonly #rules = new Map<number, StoredRule>();
  readonly #changed = new Map<string, WatchState>();
  #seen: SeenFiring[] = [];
  #mutedUntilUs: number;
  #writing: Cancel | null = null;
  #nextWriteUs = 0;
  #fault = '';
  /** Firings that there was no room for while the disk refused. */
  #lost = 0;
  #isClosed = false;

  /** Takes up the rules where they were left. */
  constructor(options: AlertServiceOptions) {
    const { store, clock, engine, hold, taps } = options;
    this.#options = options;
    this.#store = store;
    this.#mutedUntilUs = store.mutedUntilUs;
    this.#sender = new WebhookSender({
      store,
      clock,
      list: options.webhooks,
      onDelivery: (seq, delivery) => this.#tell({ type: 'delivery', seq, delivery }),
      ...(options.post === undefined ? {} : { post: options.post }),
    });
    this.#watcher = new RuleWatcher({
      engine,
      clock,
      ...(hold === undefined ? {} : { hold }),
      recall: (rule, instrument) =>
        this.#changed.get(`${rule} ${instrument}`) ?? store.watch(rule, instrument),
      onChange: (state) => {
        this.#changed.set(`${state.rule} ${state.instrument}`, state);
        this.#writeSoon();
      },
      onFiring: (firing) => {
        if (this.#seen.length < WAITING_MAX) this.#seen.push(firing);
        else this.#lost += 1;
        this.#writeSoon();
      },
    });
    for (const rule of store.rules()) {
      this.#rules.set(rule.id, rule);
      this.#watcher.set(rule);
    }
    this.#leave = taps.add(this.#watcher);
    this.#pruning = clock.every(PRUNE_INTERVAL_MS, () => this.#prune());
    this.#prune();
    this.#sender.work();
  }

  overview(): AlertOverview {
    const { webhooks, mayChange } = this.#options;
    return {
      available: true,
      message: this.#fault,
      mayChange,
      store: this.#store.name,
      lastSeq: this.#store.lastSeq,
      mutedUntilUs: this.#mutedUntilUs,
      rules: [...this.#rules.values()].map((rule) => this.#describe(rule)),
      webhooks: webhooks.names,
      webhookOrigins: webhooks.origins,
    };
  }

  /** Those that are switched on, for a replay. */
  rulesToWatch(): StoredRule[] {
    return [...this.#rules.values()].filter(({ enabled }) => enabled);
  }

  /** @throws AlertsError */
  rule(id: number): AlertRule {
    return this.#describe(this.#known(id));
  }

  /** @throws AlertsError */
  create(body: unknown): AlertRule {
    const draft = readDraft(body);
    this.#checkWebhook(draft);
    this.#checkRoom();
    const id = this.#store.addRule(draft, this.#options.clock.nowUs());
    return this.#takeUp(id);
  }

  /** Replaces parts of a rule. What decides when it fires arms it anew, and so does switching it on. @throws AlertsError */
  change(id: number, body: unknown): AlertRule {
    const before = this.#known(id);
    const draft = patchDraft(draftOf(before), body);
    this.#checkWebhook(draft);
    const isOther = DECIDING.some((part) => JSON.stringify(draft[part]) !== JSON.stringify(before[part]));
    const restarts = isOther || (draft.enabled && !before.enabled);
    this.#write();
    this.#store.changeRule(id, draft, restarts);
    // A note or a webhook: nothing that is remembered of the market is lost.
    return restarts || draft.enabled !== before.enabled ? this.#takeUp(id) : this.#refresh(id);
  }

  /** Forgets what has fired: the rule begins anew. @throws AlertsError */
  rearm(id: number): AlertRule {
    const rule = this.#known(id);
    this.#write();
    this.#store.changeRule(id, { ...draftOf(rule), enabled: true }, true);
    return this.#takeUp(id);
  }

  /** Takes a rule away; `restore` has it back for ten minutes. @throws AlertsError */
  remove(id: number): void {
    this.#known(id);
    this.#write();
    this.#store.deleteRule(id, this.#options.clock.nowUs());
    this.#watcher.remove(id);
    this.#rules.delete(id);
    this.#tell({ type: 'removed', id });
  }

  /** As it was, armed as it was. @throws AlertsError */
  restore(id: number): AlertRule {
    if (this.#rules.has(id)) return this.rule(id);
    this.#checkRoom();
    if (!this.#store.restoreRule(id, this.#options.clock.nowUs()))
      throw new AlertsError('missing', 'This alert cannot be restored any more.');
    return this.#takeUp(id);
  }

  /** Until then firings are kept, and neither told nor sent. 0 = from now on they are. Null = all rules. @throws AlertsError */
  mute(id: number | null, untilUs: number): void {
    if (id === null) {
      this.#store.mutedUntilUs = untilUs;
      this.#mutedUntilUs = untilUs;
      this.#tell({ type: 'muted', mutedUntilUs: untilUs });
      return;
    }
    this.#known(id);
    this.#store.muteRule(id, untilUs);
    this.#refresh(id);
  }

  /** Newest first. */
  history(beforeSeq: number, count: number, rule: number | null): AlertFiring[] {
    return this.#store.firingsBefore(beforeSeq, count, rule);
  }

  /** Oldest first. */
  firingsAfter(seq: number, count: number): AlertFiring[] {
    return this.#store.firingsAfter(seq, count);
  }

  listen(listener: (news: AlertNews) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#leave();
    this.#pruning();
    this.#watcher.close();
    this.#write();
    this.#writing?.();
    this.#sender.close();
    this.#listeners.clear();
    this.#store.close();
  }

  #takeUp(id: number): AlertRule {
    this.#rules.set(id, this.#store.rule(id)!);
    this.#watcher.set(this.#rules.get(id)!);
    return this.#refresh(id);
  }

  #refresh(id: number): AlertRule {
    const stored = this.#store.rule(id)!;
    this.#rules.set(id, stored);
    const rule = this.#describe(stored);
    this.#tell({ type: 'rule', rule });
    return rule;
  }

  #describe(rule: StoredRule): AlertRule {
    return { ...rule, phases: this.#watcher.phases(rule.id), leftOut: this.#watcher.leftOut(rule.id) };
  }

  /** In the next turn, or when the interval is over: an event is in the midst of being taken in. */
  #writeSoon(): void {
    if (this.#writing !== null || this.#isClosed) return;
    const { clock } = this.#options;
    const waitMs = (this.#nextWriteUs - clock.nowUs()) / 1000;
    const write = (): void => this.#write();
    this.#writing = waitMs > 0 ? clock.after(waitMs, write) : clock.soon(write);
  }

  /** Writes what was seen, then tells it. While the disk refuses it is kept and tried again. */
  #write(): void {
    const { clock } = this.#options;
    this.#writing?.();
    this.#writing = null;
    if (this.#seen.length === 0 && this.#changed.size === 0) return;
    const beganUs = clock.nowUs();
    // A rule that was deleted meanwhile has nothing more to say.
    const firings = this.#seen.flatMap((seen) => this.#newFiring(seen));
    let numbers: number[];
    try {
      numbers = this.#store.write(firings, this.#changed.values());
    } catch (error) {
      if (!(error instanceof AlertsError)) throw error;
      this.#nextWriteUs = beganUs + 1e6;
      this.#writeSoon();
      return this.#tellFault(error.message);
    }
    const tookUs = clock.nowUs() - beganUs;
    this.#nextWriteUs = beganUs + Math.max(WRITE_INTERVAL_MS * 1000, tookUs * WRITE_SHARE);
    const rules = new Set([...this.#changed.values()].map(({ rule }) => rule));
    this.#seen = [];
    this.#changed.clear();
    if (this.#fault !== '') this.#tellFault('');
    for (const seq of numbers) this.#tell({ type: 'firing', firing: this.#store.firing(seq)! });
    for (const id of rules) if (this.#rules.has(id)) this.#refresh(id);
    if (firings.some(({ webhook, muted }) => webhook !== '' && !muted)) this.#sender.work();
    return undefined;
  }

  #newFiring(seen: SeenFiring): NewFiring[] {
    const rule = this.#rules.get(seen.rule);
    if (rule === undefined) return [];
    const { note, webhook, mutedUntilUs } = rule;
    return [{ ...seen, note, webhook, muted: Math.max(this.#mutedUntilUs, mutedUntilUs) > seen.timeUs }];
  }

  #prune(): void {
    try {
      this.#store.prune(this.#options.clock.nowUs());
    } catch (error) {
      if (!(error instanceof AlertsError)) throw error;
      this.#options.onNotice(`Old alerts were not cleared away: ${error.message}`);
    }
  }

  /** Empty = all is well again. */
  #tellFault(sentence: string): void {
    if (sentence === this.#fault) return;
    this.#fault = sentence;
    const { onNotice } = this.#options;
    if (sentence !== '') onNotice(`Alerts wait to be written: ${sentence}`);
    else if (this.#lost > 0)
      onNotice(`${this.#lost} alerts fired while nothing could be written, and are lost.`);
    if (sentence === '') this.#lost = 0;
    this.#tell({ type: 'overview', overview: this.overview() });
  }

  #tell(news: AlertNews): void {
    for (const listener of this.#listeners) listener(news);
  }

  #known(id: number): StoredRule {
    const rule = this.#rules.get(id);
    if (rule === undefined) throw new AlertsError('missing', `There is no alert ${id}.`);
    return rule;
  }

  #checkRoom(): void {
    const { rulesMax } = ALERT_LIMITS;
    if (this.#rules.size >= rulesMax)
      throw new AlertsError('too-many', `There are ${rulesMax} alerts: delete one first.`);
  }

  #checkWebhook({ webhook }: AlertDraft): void {
    if (webhook === '' || this.#options.webhooks.resolve(webhook) !== null) return;
    throw new AlertsError('webhook', 'The operator of this server allows no such webhook.');
  }
}

/** Parts of a rule that decide when it fires. */
const DECIDING = ['selectors', 'condition', 'repeat', 'rearmBy', 'minIntervalS'] as const;

function draftOf(rule: StoredRule): AlertDraft {
  const { selectors, condition, repeat, rearmBy, minIntervalS, note, webhook, enabled } = rule;
  return { selectors, condition, repeat, rearmBy, minIntervalS, note, webhook, enabled };
}
