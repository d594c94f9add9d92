/** `wide`: three columns. `dock`: the rail's panels are dock tabs. `drawer`: the watchlist slides in. `phone`: one column. */
export type LayoutName = 'wide' | 'dock' | 'drawer' | 'phone';

/** Least widths, px. The same numbers stand in the components' media queries. */
const BROAD_MIN = 1680;
const WIDE_MIN = 1440;
const DOCK_MIN = 1100;
const DRAWER_MIN = 720;

export function layoutFor(widthPx: number): LayoutName {
  if (widthPx >= WIDE_MIN) return 'wide';
  if (widthPx >= DOCK_MIN) return 'dock';
  return widthPx >= DRAWER_MIN ? 'drawer' : 'phone';
}

/**
 * Which layout the window has. `wide` until the page runs: the server does not know the window, and style sheets alone
 * place what it rendered.
 */
export class ScreenLayout {
  #name = $state<LayoutName>('wide');
  #known = $state(false);
  #isBroad = $state(false);

  get name(): LayoutName {
    return this.#name;
  }

  /** False until the page runs: what the server renders must fit every window. */
  get known(): boolean {
    return this.#known;
  }

  /** Of the wide windows, those with room for a second column of charts. */
  get isBroad(): boolean {
    return this.#isBroad;
  }

  /** Follows the window; returns the undo. */
  follow(): () => void {
    const read = () => {
      this.#name = layoutFor(window.innerWidth);
      this.#isBroad = window.innerWidth >= BROAD_MIN;
    };
    read();
    this.#known = true;
    window.addEventListener('resize', read);
    return () => window.removeEventListener('resize', read);
  }
}
