import {
  beside,
  largest,
  neighbour,
  swapped,
  withSizes,
  without,
  type Side,
} from '../../state/layout/layout-moves.ts';
import { placePanels, type Places } from '../../state/layout/layout-places.ts';
import {
  hasPanel,
  panel,
  panelsOf,
  split,
  type LayoutNode,
  type PanelId,
} from '../../state/layout/layout-tree.ts';
import { Layouts, type WindowClass } from '../../state/layout/layouts.svelte.ts';
import { PANEL_NAMES } from './panel-names.ts';

export { followDesk } from './follow-desk.ts';

/** The desk as style sheets place it: numbers of `DeskView`. */
const WATCHLIST_PX = 456;
const RAIL_PX = 296;
const DOCK_PX = 132;
const DOCK_WITH_RAIL_PX = 236;

/** The window, as far as the desk's layout depends on it. */
export interface DeskWindow {
  readonly windowClass: WindowClass;
  /** There is room for a second column of charts. */
  readonly isBroad: boolean;
  readonly width: number;
  readonly height: number;
  /** Heights that the rail's upper panels have by themselves, px. */
  readonly quotePx: number;
  readonly depthPx: number;
}

/**
 * The panels of the desk in this window: where they lie, and what moves them. Draws nothing. Invariant: `places` is null as long as the
 * viewer has changed nothing, so that style sheets place the desk.
 */
export class Arrangement {
  readonly layouts = new Layouts();
  #window = $state.raw<DeskWindow | null>(null);
  #isArranging = $state(false);
  readonly #say: (sentence: string) => void;
  readonly #own = $derived(this.#window === null ? null : this.layouts.shown[this.#window.windowClass]);
  readonly #root = $derived(this.#window === null ? null : (this.#own ?? standardLayout(this.#window)));
  readonly #laid = $derived(
    this.#root === null || this.#window === null ? null : placePanels(this.#root, this.#window),
  );

  constructor(say: (sentence: string) => void) {
    this.#say = say;
  }

  /** Null while no desk is shown, and where panels cannot be moved: on phones, and where the watchlist is a drawer. */
  set window(window: DeskWindow | null) {
    this.#window = window;
  }

  get window(): DeskWindow | null {
    return this.#window;
  }

  /** Boxes lie over the panels, to be moved, as soon as there is a desk. */
  get isArranging(): boolean {
    return this.#isArranging;
  }

  set isArranging(isArranging: boolean) {
    this.#isArranging = isArranging;
  }

  /** The desk has become too small, or is. */
  refuse(): void {
    this.#window = null;
    if (!this.#isArranging) return;
    this.#isArranging = false;
    this.#say('Panels can be moved in windows that are 1,100 pixels wide or more.');
  }

  /** Where the viewer has put the panels; null = nowhere yet. */
  get places(): Places | null {
    return this.#own === null ? null : this.#laid;
  }

  /** Where the panels lie, whoever put them there. */
  get laid(): Places | null {
    return this.#laid;
  }

  get root(): LayoutNode | null {
    return this.#root;
  }

  get panels(): readonly PanelId[] {
    return this.#root === null ? [] : panelsOf(this.#root);
  }

  /** @param sizes of the parts of a split, px */
  resize(path: string, sizes: readonly number[]): void {
    this.#change((root) => withSizes(root, path, sizes));
  }

  moveBeside(id: PanelId, target: PanelId, side: Side): void {
    const { laid } = this;
    if (laid === null || id === target) return;
    this.#change((root) => beside(root, id, target, side, laid));
    this.#say(`${PANEL_NAMES[id]}: ${SIDE_WORDS[side]} ${PANEL_NAMES[target].toLowerCase()}.`);
  }

  /** Exchanges a panel with the next one in a direction. */
  swapTowards(id: PanelId, side: Side): void {
    const other = this.laid === null ? null : neighbour(this.laid, id, side);
    if (other === null) return;
    this.#change((root) => swapped(root, id, other));
    this.#say(`${PANEL_NAMES[id]} and ${PANEL_NAMES[other].toLowerCase()} have changed places.`);
  }

  /** Puts a panel below the largest one, or takes it away. */
  toggle(id: PanelId): void {
    const { laid, root } = this;
    if (laid === null || root === null) return;
    if (!hasPanel(root, id)) this.#change(() => beside(root, id, largest(laid, root), 'below', laid));
    else if (this.panels.length === 1) this.#say('The last panel stays.');
    else this.#change(() => without(root, id) ?? root);
  }

  /** As it is for somebody new. */
  reset(): void {
    this.layouts.choose('');
  }

  #change(change: (root: LayoutNode) => LayoutNode): void {
    if (this.#root === null || this.#window === null) return;
    this.layouts.put(this.#window.windowClass, change(this.#root));
  }
}

export const SIDE_WORDS: Readonly<Record<Side, string>> = {
  left: 'left of',
  right: 'right of',
  above: 'above',
  below: 'below',
};

/** What style sheets make of the desk, as a tree. */
function standardLayout({ windowClass, isBroad, quotePx, depthPx }: DeskWindow): LayoutNode {
  const watchlist = panel('watchlist', WATCHLIST_PX);
  if (windowClass === 'narrow')
    return split('row', [watchlist, split('column', [panel('chart'), panel('dock', DOCK_WITH_RAIL_PX)])]);
  return split('row', [
    watchlist,
    split('column', [panel('chart'), panel('dock', DOCK_PX)]),
    ...(isBroad ? [panel('second')] : []),
    split('column', [panel('quote', quotePx), panel('depth', depthPx), panel('tape')], RAIL_PX),
  ]);
}
