import type { AlertRule, DictionaryEntry } from '#protocol';
import { alertState } from '../../../protocol/alert.ts';
import { stepsAround } from '../../../protocol/alert-level.ts';
import { instrumentKey, stepsToText } from '../../../protocol/instrument.ts';
import { formatPrice } from '../../format/index.ts';
import type { QuoteStore } from '../../state/market.ts';
import type { Alerts } from '../../state/alerts.svelte.ts';
import type { Toasts } from '../toast/toasts.svelte.ts';

/** What the editor is open for. */
export interface EditedAlert {
  /** Null = a new one. */
  readonly rule: AlertRule | null;
  /** What a new one is about, and its last price in ticks, NaN = none yet. */
  readonly entry: DictionaryEntry | null;
  readonly last: number;
}

/** What pages and keys do with alerts: opens the editor, makes price alerts at once, undoes. Holds no rule itself. */
export class AlertDesk {
  readonly alerts: Alerts;
  readonly #quotes: () => QuoteStore;
  readonly #toasts: Toasts;
  #edited = $state.raw<EditedAlert | null>(null);

  constructor(alerts: Alerts, toasts: Toasts, quotes: () => QuoteStore) {
    this.alerts = alerts;
    this.#toasts = toasts;
    this.#quotes = quotes;
  }

  get edited(): EditedAlert | null {
    return this.#edited;
  }

  /** A: at the last price of what is selected. */
  open(entry: DictionaryEntry | null): void {
    this.#edited = { rule: null, entry, last: entry === null ? Number.NaN : this.#last(entry) };
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

  /** Makes a price alert at once, as `!64200` does. */
  async setText(entry: DictionaryEntry, text: string): Promise<void> {
    // What makes a rule of a text comes when the first is made.
    const { decimalInput, levelDraft } = await import('./alert-form.ts');
    const level = decimalInput(text);
    const at = stepsAround(level, entry.tick);
    if (at === null) return this.say(`“${text.trim()}” is no price.`);
    const last = this.#last(entry);
    const draft = levelDraft(entry, level, last, last < at.ceil ? at.ceil : at.floor);
    const answer = await this.alerts.create(draft);
    if (!answer.ok) return this.say(answer.message);
    const { id } = answer.body;
    const shown = at.floor === at.ceil ? formatPrice(at.floor, entry) : level;
    return this.say(`Alert set: ${entry.symbol} at ${shown}.`, () => void this.alerts.remove(id));
  }

  /** The same at a place on a chart. */
  setTicks(entry: DictionaryEntry, ticks: number): void {
    void this.setText(entry, stepsToText(ticks, entry.tick));
  }

  /** A price as the editor's field holds it. */
  levelText(entry: DictionaryEntry, ticks: number): string {
    return stepsToText(ticks, entry.tick);
  }

  /** Whether `!` may make something here. */
  get mayCreate(): boolean {
    return this.alerts.mayChange;
  }

  /** Takes a rule away, and offers it back. */
  async remove(rule: AlertRule, subject: string): Promise<void> {
    const answer = await this.alerts.remove(rule.id);
    if (!answer.ok) return this.say(answer.message);
    return this.say(`Alert on ${subject} deleted.`, () => void this.#restore(rule.id));
  }

  /** Lines on the chart of an instrument, and what an Alt-click there does. */
  onChart(entry: DictionaryEntry | null): { alertLevels: number[]; onlevel: (ticks: number) => void } {
    if (entry === null) return { alertLevels: [], onlevel: () => undefined };
    return { alertLevels: this.#levels(entry), onlevel: (ticks) => this.setTicks(entry, ticks) };
  }

  /** Levels of the alerts that can still fire, in ticks. */
  #levels(entry: DictionaryEntry): number[] {
    const key = instrumentKey(entry);
    return this.alerts.rules.flatMap((rule) => {
      const { condition, selectors } = rule;
      if (condition.kind !== 'price' || !['armed', 'waiting', 'rearming'].includes(alertState(rule)))
        return [];
      if (!selectors.includes(key) && !selectors.includes(entry.symbol)) return [];
      const at = stepsAround(condition.level, entry.tick);
      return at === null ? [] : [(at.floor + at.ceil) / 2];
    });
  }

  async #restore(id: number): Promise<void> {
    const answer = await this.alerts.restoreRule(id);
    if (!answer.ok) this.say(answer.message);
  }

  #last({ id }: DictionaryEntry): number {
    return this.#quotes().columns.last[id] ?? Number.NaN;
  }
}
