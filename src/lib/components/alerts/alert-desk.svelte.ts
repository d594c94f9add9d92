import type { AlertRule, DictionaryEntry } from '#protocol';
import type { Alerts } from '../../state/alerts.svelte.ts';
import type { PausableMarket } from '../pausable-market.svelte.ts';
import type { Toasts } from '../toast/toasts.svelte.ts';
import type { alertLevels } from './alert-levels.ts';

/** What the editor is open for. */
export interface EditedAlert {
  /** Null = a new one. */
  readonly rule: AlertRule | null;
  /** What a new one is about, and its last price in ticks, NaN = none yet. */
  readonly entry: DictionaryEntry | null;
  readonly last: number;
}

/** What pages and keys do with alerts: opens the editor, says what was done, marks charts. Holds no rule itself. */
export class AlertDesk {
  readonly alerts: Alerts;
  /** As it is shown, which need not be live. */
  readonly market: () => Pick<PausableMarket, 'quotes' | 'timeline' | 'paused'>;
  readonly #toasts: Toasts;
  #edited = $state.raw<EditedAlert | null>(null);
  #levels = $state.raw<typeof alertLevels | null>(null);

  constructor(alerts: Alerts, toasts: Toasts, market: AlertDesk['market']) {
    this.alerts = alerts;
    this.#toasts = toasts;
    this.market = market;
  }

  get edited(): EditedAlert | null {
    return this.#edited;
  }

  /** A: at the last price of what is selected. */
  open(entry: DictionaryEntry | null): void {
    this.#edited = { rule: null, entry, last: entry === null ? Number.NaN : this.last(entry) };
  }

  edit(rule: AlertRule): void {
    this.#edited = { rule, entry: null, last: Number.NaN };
  }

  close(): void {
    this.#edited = null;
  }

  /** What was done, with a way back where there is one. */
  say(text: string, undo: (() => void) | null = null): void {
    this.#toasts.show({ text, actions: undo === null ? [] : [{ label: 'Undo', run: undo }] });
  }

  /** Whether `!` may make something here. */
  get mayCreate(): boolean {
    return this.alerts.mayChange;
  }

  /** Its last price in ticks, as it is shown; NaN = none yet. */
  last({ id }: DictionaryEntry): number {
    return this.market().quotes.columns.last[id] ?? Number.NaN;
  }

  /** Brings what draws the levels of rules, once there are some. */
  loadLevels(): void {
    if (this.#levels !== null) return;
    import('./alert-levels.ts').then(
      ({ alertLevels }) => (this.#levels = alertLevels),
      () => this.say('The lines of the alerts could not be loaded. They are missing on the chart.'),
    );
  }

  /** Lines on the chart of an instrument, and what an Alt-click there does. */
  onChart(entry: DictionaryEntry | null): { alertLevels: number[]; onlevel: (ticks: number) => void } {
    if (entry === null) return { alertLevels: [], onlevel: () => undefined };
    return {
      alertLevels: this.#levels?.(this.alerts.rules, entry) ?? [],
      onlevel: (ticks) => this.#setTicks(entry, ticks),
    };
  }

  #setTicks(entry: DictionaryEntry, ticks: number): void {
    import('./alert-changes.ts').then(
      ({ setAlertAt }) => setAlertAt(this, entry, ticks),
      () => this.say('No alert was set: its code could not be loaded. Try again.'),
    );
  }
}
