/** Width of one bar, px. Below 1 several bars share a column of pixels. */
export const PX_PER_BAR_DEFAULT = 8;
const PX_PER_BAR_MIN = 0.02;
const PX_PER_BAR_MAX = 80;
/** Free room to the right of the newest bar while following, px. */
const RIGHT_GAP_PX = 14;
/** Bars that stay in view at least, however far one pans. */
const KEEP_BARS = 2;
/** Time that the view takes to slide to a new bar, ms. */
const SLIDE_MS = 120;

/**
 * Which bars are in view, as TradingView keeps it: pixels a bar, and the (fractional) bar index at the right edge. Knows no
 * canvas and no prices. Invariant: new bars never change `pxPerBar`, and move `right` only while `follow`.
 */
export class Viewport {
  /** Plot width, px. */
  width = 0;
  pxPerBar = PX_PER_BAR_DEFAULT;
  /** Bar index at the right edge; bar i spans i - 0.5 to i + 0.5. */
  right = 0;
  /** The newest bar is in view, and the view moves along with it. */
  follow = true;
  /** The bars held end before the newest: their end is nothing to follow. */
  isDetached = false;
  /** False = jumps to new bars rather than sliding (reduced motion). */
  eased = true;
  #first = 0;
  #end = 0;
  /** Bars that the shown view still lags behind. */
  #slide = 0;
  #slideFrom = 0;

  /** Right edge as shown now, a slide in progress included. */
  get rightShown(): number {
    return this.right - this.#slide;
  }

  get leftShown(): number {
    return this.rightShown - this.visibleBars;
  }

  get visibleBars(): number {
    return this.width / this.pxPerBar;
  }

  get isSliding(): boolean {
    return this.#slide > 0;
  }

  /** Middle of a bar, px from the plot's left edge. */
  x(index: number): number {
    return this.width - (this.rightShown - index) * this.pxPerBar;
  }

  /** Fractional bar index at a place, px from the plot's left edge. */
  indexAt(x: number): number {
    return this.rightShown - (this.width - x) / this.pxPerBar;
  }

  /** First bar of which something is in view; may lie before the first bar held. */
  get fromIndex(): number {
    return Math.floor(this.leftShown + 0.5);
  }

  /** Index after the last bar of which something is in view. */
  get toIndex(): number {
    return Math.ceil(this.rightShown + 0.5);
  }

  /** Says which bars are held now. Returns true when the view moved. */
  setBars(first: number, end: number): boolean {
    const added = end - this.#end;
    const wasEmpty = this.#end === this.#first;
    this.#first = first;
    this.#end = end;
    if (wasEmpty && end > first && this.follow) {
      this.#toNewest();
      return true;
    }
    if (added <= 0 || !this.follow) return false;
    this.right += added;
    // After a burst (a tab that slept, a seek) one jumps.
    if (this.eased && added <= 3) {
      this.#slide = Math.min(this.#slide + added, 3);
      this.#slideFrom = this.#slide;
    } else {
      this.#slide = 0;
    }
    return true;
  }

  /** Takes an entirely new set of bars: keeps the zoom, shows the newest, or the given bar at the right edge. */
  restart(first: number, end: number, right: number | null): void {
    this.#first = first;
    this.#end = end;
    this.#slide = 0;
    if (right === null) {
      this.#toNewest();
    } else {
      this.right = right;
      this.#settle();
    }
  }

  /** Lets time pass for the slide. */
  advance(elapsedMs: number): void {
    if (this.#slide <= 0) return;
    this.#slide -= (this.#slideFrom * Math.max(0, elapsedMs)) / SLIDE_MS;
    if (this.#slide < 0.01) this.#slide = 0;
  }

  /** A new plot width keeps the right edge. */
  resize(width: number): void {
    this.width = width;
    if (this.follow) this.#toNewest();
    else this.#settle();
  }

  /** Moves the content to the right by so many px: towards older bars. */
  panBy(deltaPx: number): void {
    this.#endSlide();
    this.right -= deltaPx / this.pxPerBar;
    this.#settle();
  }

  /** Multiplies the width of a bar, keeping the bar at `x`. While following, no free room opens on the right. */
  zoomAt(factor: number, x: number): void {
    this.#endSlide();
    const index = this.indexAt(x);
    const followed = this.follow;
    this.pxPerBar = Math.min(PX_PER_BAR_MAX, Math.max(this.#pxPerBarMin(), this.pxPerBar * factor));
    this.right = index + (this.width - x) / this.pxPerBar;
    if (followed) this.right = Math.min(this.right, this.#newestRight());
    this.#settle();
  }

  /** Multiplies the width of a bar for another set of bars; `restart` follows. */
  widen(factor: number): void {
    this.pxPerBar = Math.min(PX_PER_BAR_MAX, Math.max(PX_PER_BAR_MIN, this.pxPerBar * factor));
  }

  /** Default zoom, at the newest bar. */
  reset(): void {
    this.pxPerBar = PX_PER_BAR_DEFAULT;
    this.#toNewest();
  }

  /** Moves just as far as needed to have a bar in view. */
  reveal(index: number): void {
    this.#endSlide();
    if (index + 0.5 > this.right) this.right = index + 0.5;
    else if (index - 0.5 < this.right - this.visibleBars) this.right = index - 0.5 + this.visibleBars;
    else return;
    this.#settle();
  }

  #toNewest(): void {
    this.#endSlide();
    this.right = this.#newestRight();
    this.follow = true;
  }

  #newestRight(): number {
    return this.#end - 0.5 + RIGHT_GAP_PX / this.pxPerBar;
  }

  /** All bars in half of the width is as far out as it goes. */
  #pxPerBarMin(): number {
    const count = Math.max(1, this.#end - this.#first);
    return Math.max(PX_PER_BAR_MIN, Math.min(PX_PER_BAR_DEFAULT, this.width / (2 * count)));
  }

  #endSlide(): void {
    this.right -= this.#slide;
    this.#slide = 0;
  }

  #settle(): void {
    const keep = Math.min(KEEP_BARS, this.#end - this.#first);
    const rightMin = this.#first - 0.5 + keep;
    const rightMax = this.#end - 0.5 + Math.max(RIGHT_GAP_PX / this.pxPerBar, this.visibleBars / 2);
    this.right = Math.min(Math.max(this.right, rightMin), Math.max(rightMin, rightMax));
    this.follow = !this.isDetached && this.right >= this.#end - 0.5;
  }
}
