import type { AlertDelivery, AlertFiring, AlertNews, AlertOverview, AlertRule } from '#protocol';
import type { AlertAnswer, AlertLink, NewsListener } from '../client/alert-link.ts';
import type { SettingStorage } from './settings.svelte.ts';
import { isRecord, StoredValue } from './stored-value.ts';

const HISTORY_ROWS = 50;
/** Rows of the history that a page holds. */
const HISTORY_MAX = 1_000;
const REPLAYED_MAX = 100;
/** A firing that is older than this when it comes was missed: it makes no noise. */
const FRESH_US = 60_000_000;

/** What a page does with a firing. */
export interface FiringTold {
  readonly firing: AlertFiring;
  /** It happened while nobody looked. */
  readonly isLate: boolean;
  /** This page speaks for all pages of the browser. */
  readonly isLeader: boolean;
  /** What is watched replays: the live market did nothing of it. */
  readonly isReplay?: boolean;
}

/** How firings are told here; kept in the browser. */
export interface AlertManners {
  readonly sound: boolean;
  /** 0 to 100. */
  readonly volume: number;
  readonly notify: boolean;
  /** The rules run over replays too. */
  readonly replays: boolean;
}

const MANNERS: AlertManners = { sound: true, volume: 50, notify: false, replays: false };

/** Rules and firings as the server has them. Changes nothing by itself: a change is asked for, and shown when it comes back as news. */
export class Alerts {
  #overview = $state.raw<AlertOverview | null>(null);
  #rules = $state.raw<readonly AlertRule[]>([]);
  #history = $state.raw<readonly AlertFiring[]>([]);
  #replayed = $state.raw<readonly AlertFiring[]>([]);
  #hasMore = $state(false);
  #hasHistory = $state(false);
  #mutedUntilUs = $state(0);
  #trouble = $state('');
  #missed = $state(0);
  #unseen = $state(0);
  #manners = $state.raw<AlertManners>(MANNERS);
  readonly #stored = new StoredValue('tickwire.alerts');
  readonly #listeners = new Set<(told: FiringTold) => void>();
  readonly #liveNowUs: () => number;
  #link: AlertLink | null = null;

  constructor(liveNowUs: () => number) {
    this.#liveNowUs = liveNowUs;
  }

  /** Null until the server has answered. */
  get overview(): AlertOverview | null {
    return this.#overview;
  }

  get rules(): readonly AlertRule[] {
    return this.#rules;
  }

  /** Newest first. */
  get history(): readonly AlertFiring[] {
    return this.#history;
  }

  /** What fired in the replay that is watched, newest first. Kept nowhere. */
  get replayed(): readonly AlertFiring[] {
    return this.#replayed;
  }

  /** One more of a replay, told as others are, but by no notification of the system; null = another stretch of it is watched. */
  takeReplayed(firing: AlertFiring | null): void {
    this.#replayed = firing === null ? [] : [firing, ...this.#replayed].slice(0, REPLAYED_MAX);
    if (firing === null) return;
    for (const run of this.#listeners) run({ firing, isLate: false, isLeader: true, isReplay: true });
  }

  /** Whether the server was asked for it once. */
  get hasHistory(): boolean {
    return this.#hasHistory;
  }

  get hasMore(): boolean {
    return this.#hasMore;
  }

  get mutedUntilUs(): number {
    return this.#mutedUntilUs;
  }

  /** Why the server cannot be asked; empty = it can. */
  get trouble(): string {
    return this.#trouble;
  }

  /** Firings that the server no longer keeps, of those that happened while nobody looked. */
  get missed(): number {
    return this.#missed;
  }

  /** Firings since somebody last looked at them. */
  get unseen(): number {
    return this.#unseen;
  }

  /** Somebody looks at the firings. */
  see(): void {
    this.#unseen = 0;
  }

  get mayChange(): boolean {
    return this.#overview?.mayChange === true;
  }

  get manners(): AlertManners {
    return this.#manners;
  }

  setManners(change: Partial<AlertManners>): void {
    this.takeNews();
    this.#manners = { ...this.#manners, ...change };
    this.#stored.write(this.#manners);
  }

  restore(storage: SettingStorage | null): void {
    this.#takeManners(this.#stored.open(storage));
  }

  /** Takes over what another tab of this browser chose: one tab speaks for all of them. */
  takeNews(): void {
    this.#takeManners(this.#stored.news());
  }

  #takeManners(value: unknown): void {
    if (!isRecord(value)) return;
    const { sound, volume, notify, replays } = value;
    this.#manners = {
      sound: sound !== false,
      volume: typeof volume === 'number' && volume >= 0 && volume <= 100 ? volume : MANNERS.volume,
      notify: notify === true,
      replays: replays === true,
    };
  }

  /** Begins to follow the server by a link that is made for it; returns the undo. In the browser only. */
  follow(createLink: (listener: NewsListener) => AlertLink): () => void {
    const link = createLink({
      onNews: (news, isLeader) => this.#onNews(news, isLeader),
      onTrouble: (sentence) => (this.#trouble = sentence),
    });
    this.#link = link;
    link.start();
    const onVisible = (): void => {
      if (!link.isAlone) return;
      if (document.visibilityState === 'visible') link.resume();
      else link.pause();
    };
    globalThis.document?.addEventListener('visibilitychange', onVisible);
    return () => {
      globalThis.document?.removeEventListener('visibilitychange', onVisible);
      link.stop();
      this.#link = null;
    };
  }

  /** Called with each firing that is new to this page; returns the undo. */
  onFiring(run: (told: FiringTold) => void): () => void {
    this.#listeners.add(run);
    return () => this.#listeners.delete(run);
  }

  /** Brings the newest firings of a rule, or of all, or those before the oldest that is held. */
  async loadHistory(rule: number | null, older = false): Promise<void> {
    if (this.#link === null) return;
    const held = rule === null ? this.#history : this.#history.filter((firing) => firing.rule === rule);
    const before = older ? (held.at(-1)?.seq ?? null) : null;
    const answer = await this.#link.history(before, HISTORY_ROWS, rule);
    if (!answer.ok) {
      this.#trouble = answer.message;
      return;
    }
    this.#hasMore = answer.body.more && this.#history.length < HISTORY_MAX;
    this.#history = merged(this.#history, answer.body.firings);
    this.#hasHistory = true;
  }

  /** What the server is asked to change: `alert-requests.ts` says what there is. */
  async ask<Body>(method: string, path: string, body?: unknown): Promise<AlertAnswer<Body>> {
    if (this.#link === null) return { ok: false, message: 'The page is not connected.' };
    return this.#link.ask(method, path, body);
  }

  #onNews(news: AlertNews, isLeader: boolean): void {
    switch (news.type) {
      case 'overview':
        if (this.#overview !== null && this.#overview.store !== news.overview.store) this.#history = [];
        this.#overview = news.overview;
        this.#rules = news.overview.rules;
        this.#mutedUntilUs = news.overview.mutedUntilUs;
        this.#trouble = '';
        return;
      case 'rule': {
        const { rule } = news;
        const known = this.#rules.some(({ id }) => id === rule.id);
        this.#rules = known
          ? this.#rules.map((other) => (other.id === rule.id ? rule : other))
          : [...this.#rules, rule];
        return;
      }
      case 'removed':
        this.#rules = this.#rules.filter(({ id }) => id !== news.id);
        return;
      case 'muted':
        this.#mutedUntilUs = news.mutedUntilUs;
        return;
      case 'firing':
        return this.#onFiring(news.firing, isLeader);
      case 'delivery':
        return this.#onDelivery(news.seq, news.delivery);
      case 'missed':
        this.#missed += news.count;
    }
  }

  #onFiring(firing: AlertFiring, isLeader: boolean): void {
    this.#history = merged(this.#history, [firing]).slice(0, HISTORY_MAX);
    if (firing.muted) return;
    this.takeNews();
    this.#unseen += 1;
    const isLate = this.#liveNowUs() - firing.timeUs > FRESH_US;
    for (const run of this.#listeners) run({ firing, isLate, isLeader });
  }

  #onDelivery(seq: number, delivery: AlertDelivery): void {
    this.#history = this.#history.map((firing) => (firing.seq === seq ? { ...firing, delivery } : firing));
  }
}

/** Newest first, each once; what came last is believed. */
function merged(held: readonly AlertFiring[], more: readonly AlertFiring[]): AlertFiring[] {
  const bySeq = new Map([...held, ...more].map((firing) => [firing.seq, firing]));
  return [...bySeq.values()].sort((one, other) => other.seq - one.seq);
}
