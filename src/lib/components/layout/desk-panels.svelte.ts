import type { Component } from 'svelte';
import type { SettingStorage } from '../../state/settings.svelte.ts';
import { isRecord, StoredValue } from '../../state/stored-value.ts';
import type { PanelId } from '../../state/layout/layout-tree.ts';
import type { Desk } from '../desk.svelte.ts';
import type { Arrangement } from './arrangement.svelte.ts';
import type { followDesk } from './follow-desk.ts';

/** As in the code that comes later: what is looked for before it is here. */
const STORAGE_KEY = 'tickwire.layouts';
const QUERY = 'layout';
const HOLDINGS_KEY = 'tickwire.holdings';

export interface FrameProps {
  arrangement: Arrangement;
}

/**
 * The layout of the desk, as far as the first view needs it: somebody new has none, and style sheets alone place the panels. What resizes
 * and moves them comes with the first sign of a person, or when something was kept or linked.
 */
export class DeskPanels {
  #arrangement = $state.raw<Arrangement | null>(null);
  #frame = $state.raw<Component<FrameProps> | null>(null);
  #follow: typeof followDesk | null = null;
  #loading: Promise<Arrangement> | null = null;
  #storage: SettingStorage | null = null;
  #showsHoldings = $state(false);
  readonly #holdings = new StoredValue(HOLDINGS_KEY);
  readonly #say: (sentence: string) => void;

  constructor(say: (sentence: string) => void) {
    this.#say = say;
  }

  restore(storage: SettingStorage | null): void {
    this.#storage = storage;
    const holdings = this.#holdings.open(storage);
    this.#showsHoldings = isRecord(holdings) && holdings['isShown'] === true;
    try {
      if (storage !== null && storage.getItem(STORAGE_KEY) !== null) this.prepare();
    } catch {
      // A forbidden storage holds nothing.
    }
  }

  /** Whether the viewer wants holdings at all; where they stand depends on the window. */
  get showsHoldings(): boolean {
    return this.#showsHoldings;
  }

  set showsHoldings(shows: boolean) {
    this.#showsHoldings = shows;
    const held = this.#holdings.open(this.#storage);
    this.#holdings.write({ ...(isRecord(held) ? held : {}), isShown: shows });
  }

  get arrangement(): Arrangement | null {
    return this.#arrangement;
  }

  /** Draws the borders that can be moved. */
  get frame(): Component<FrameProps> | null {
    return this.#frame;
  }

  load(): Promise<Arrangement> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      // The network may be back when it is asked for again.
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  /** Loads it where a person may want it; without it the desk stays as it is. */
  prepare(): void {
    if (this.#loading === null) this.load().catch(() => undefined);
  }

  /** Opens the mode in which panels are moved. */
  async arrange(): Promise<void> {
    try {
      const arrangement = await this.load();
      arrangement.isArranging = true;
    } catch {
      this.#say('The layout could not be loaded.');
    }
  }

  /** What a link says of the layout. */
  take(query: URLSearchParams): void {
    const text = query.get(QUERY);
    if (text === null) return;
    this.load().then(
      ({ layouts }) => {
        const problem = layouts.take(text);
        if (problem !== '') this.#say(`${problem} The layout stays as it is.`);
      },
      () => this.#say('The layout of the link could not be loaded.'),
    );
  }

  /** Attachment of the desk. Reads runes: it runs again when the arrangement has come. */
  follow(root: HTMLElement, desk: Desk): (() => void) | undefined {
    return this.#arrangement === null ? undefined : this.#follow?.(root, desk);
  }

  query(): [name: string, value: string][] {
    return this.#arrangement?.layouts.query() ?? [];
  }

  /** True where the viewer has placed panels: style sheets do not then. */
  get isPlaced(): boolean {
    return (this.#arrangement?.places ?? null) !== null;
  }

  /** Whether a panel is shown, where the viewer has placed panels. */
  has(panel: PanelId): boolean {
    return this.#arrangement?.places?.panels.has(panel) ?? false;
  }

  /** Where a panel lies, as a style; empty = where style sheets put it. */
  styleOf(panel: PanelId): string {
    const rect = this.#arrangement?.places?.panels.get(panel);
    if (rect === undefined) return '';
    return `left:${rect.left}px;top:${rect.top}px;width:${rect.width}px;height:${rect.height}px`;
  }

  async #load(): Promise<Arrangement> {
    const [{ Arrangement: Made, followDesk }, { default: Frame }] = await Promise.all([
      import('./arrangement.svelte.ts'),
      import('../later-parts.ts').then((it) => it.loadLayoutFrame()),
    ]);
    const arrangement = new Made(this.#say);
    arrangement.layouts.restore(this.#storage);
    this.#frame = Frame;
    this.#follow = followDesk;
    this.#arrangement = arrangement;
    return arrangement;
  }
}
