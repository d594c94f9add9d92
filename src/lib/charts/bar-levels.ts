import type { BarInterval } from '#protocol';
import { BAR_INTERVAL_SECONDS, mergedStartS } from '../../protocol/channel.ts';
import type { BarsQuery } from '../state/market.ts';
import { BAR_NUMBERS, BarSeries, type Bar } from './bar-series.ts';
import type { BarLevel } from './chart-bars.ts';
import { NARROW_PX } from './held-bars.ts';

/** Every length of bar that a view may be drawn from, each made of one interval of the server; at most six times as long as the one before. */
const LENGTHS: readonly (readonly [interval: BarInterval, step: number])[] = [
  ['1s', 1],
  ['5s', 1],
  ['5s', 3],
  ['1m', 1],
  ['5m', 1],
  ['15m', 1],
  ['1h', 1],
  ['1h', 4],
  ['1d', 1],
  ['1d', 7],
];
/**
 * Wider bars than this are replaced by shorter ones, px: what is drawn is always near a bar a pixel. Six times the width below which they
 * are replaced by longer ones is less than this, or the two would take turns.
 */
const WIDE_PX = 2.6;
/** Bars asked for at once when the view comes near an end. */
const PAGE_BARS = 2_000;
const PAGE_MAX = 5_000;

interface Length {
  interval: BarInterval;
  step: number;
  spanS: number;
}

/** What the levels need of the chart. */
export interface LeveledChart {
  readonly plot: {
    readonly series: BarSeries;
    readonly viewport: { readonly pxPerBar: number; readonly follow: boolean; readonly visibleBars: number };
  };
  readonly bars: { readonly edgesS: { left: number; right: number }; setDetached(isDetached: boolean): void };
  setBars(rows: Float64Array): void;
  prependBars(rows: Float64Array): void;
  appendBars(rows: Float64Array): void;
  upsertBar(startS: number, open: number, high: number, low: number, close: number, volume: number): void;
  showLevel(level: BarLevel): void;
  setLiveBar(bar: Bar | null): void;
}

export interface BarSource {
  loadOlder(): void;
  ask(query: BarsQuery, take: (rows: Float64Array | null, more: boolean) => void): () => void;
}

/**
 * Which bars a chart is drawn from as the viewer zooms and pans: those of the chosen interval, or so many of them merged that there is
 * about one a pixel. A million bars then are some thousand, asked of the server for the view alone. The newest bars of the interval are
 * always held, for the bar in progress is folded from them.
 *
 * Invariant: the bars shown follow each other without a hole; while they end before the newest, the chart is detached.
 */
export class BarLevels {
  readonly #chart: LeveledChart;
  readonly #source: BarSource;
  readonly #lengths: readonly Length[];
  /** The chosen interval, up to now. */
  readonly #base = new BarSeries();
  #at = 0;
  #isDetached = false;
  /** Whether there are older bars: of the chosen interval, and of those shown. */
  #baseHasMore = false;
  #hasMore = false;
  #cancel: (() => void) | null = null;
  #isLoadingBase = false;
  /** Grows over silences, in which a page of time holds no bars. */
  #reach = 1;
  /** What the merged bar in progress holds besides the bars that are held. */
  #carry: Bar | null = null;
  #isEnabled = true;

  /**
   * The chart shows the newest bars of the interval, and there may be older ones.
   * @param isLoading older ones were asked of the source, and `onOlder` will bring them
   */
  constructor(
    chart: LeveledChart,
    source: BarSource,
    interval: BarInterval,
    hasMore: boolean,
    isLoading: boolean,
  ) {
    this.#chart = chart;
    this.#source = source;
    this.#base.reset(rowsOf(chart.plot.series));
    this.#baseHasMore = hasMore;
    this.#hasMore = hasMore;
    this.#isLoadingBase = isLoading;
    const baseS = BAR_INTERVAL_SECONDS[interval];
    const lengths = LENGTHS.map(([name, step]) => ({
      interval: name,
      step,
      spanS: BAR_INTERVAL_SECONDS[name] * step,
    }));
    this.#lengths = lengths.filter(({ spanS }) => spanS >= baseS && spanS % baseS === 0);
  }

  close(): void {
    this.#forget();
  }

  /** Compared symbols have bars of the interval alone: with them nothing is merged. */
  setEnabled(isEnabled: boolean): void {
    this.#isEnabled = isEnabled;
    if (!isEnabled && (this.#at > 0 || this.#isDetached)) this.toNewest();
  }

  /* ---- what the stream brings --------------------------------------------------------------------------------- */

  onRows(rows: Float64Array, more: boolean): void {
    this.#base.reset(rows);
    this.#baseHasMore = more;
    this.#isLoadingBase = false;
    if ((this.#at > 0 || this.#isDetached) && rows.length > 0) {
      // Nothing says that what is shown still holds: a seek may lie in between.
      this.#enter(this.#at);
      return;
    }
    this.#forget();
    this.#at = 0;
    this.#isDetached = false;
    this.#hasMore = more;
    this.#chart.setBars(rows);
  }

  onOlder(rows: Float64Array, more: boolean): void {
    const joins = this.#at === 0 && this.#isJoined;
    this.#base.prepend(rows);
    this.#baseHasMore = more;
    this.#isLoadingBase = false;
    if (!joins) return;
    this.#hasMore = more;
    this.#chart.prependBars(rows);
  }

  onBar(startS: number, open: number, high: number, low: number, close: number, volume: number): void {
    this.#base.upsert(startS, open, high, low, close, volume);
    if (this.#isDetached) {
      this.#chart.setLiveBar(this.#base.at(this.#base.end - 1));
      return;
    }
    if (this.#at === 0) {
      this.#chart.upsertBar(startS, open, high, low, close, volume);
      return;
    }
    const bar = this.#folded(startS);
    if (bar !== null) this.#chart.upsertBar(bar.startS, bar.open, bar.high, bar.low, bar.close, bar.volume);
  }

  /* ---- what the viewer does ----------------------------------------------------------------------------------- */

  onView(): void {
    const { viewport, series } = this.#chart.plot;
    if (!this.#isEnabled || this.#cancel !== null || series.length === 0) return;
    if (viewport.pxPerBar < NARROW_PX && this.#at + 1 < this.#lengths.length) this.#enter(this.#at + 1);
    else if (viewport.pxPerBar > WIDE_PX && this.#at > 0) this.#enter(this.#at - 1);
    else if (this.#isDetached) this.#loadNewer();
  }

  onNearStart(): void {
    const { series } = this.#chart.plot;
    if (series.length === 0) return;
    if (this.#at === 0 && this.#isJoined) {
      if (!this.#baseHasMore || this.#isLoadingBase) return;
      this.#isLoadingBase = true;
      this.#source.loadOlder();
      return;
    }
    if (!this.#hasMore || this.#cancel !== null) return;
    this.#ask(series.startAt(series.first), PAGE_BARS, (rows, more) => {
      this.#hasMore = more;
      this.#chart.prependBars(rows);
    });
  }

  /** The bars of the interval, the newest at the right edge, at the zoom that the view has. */
  toNewest(): void {
    this.#forget();
    if (this.#at === 0 && !this.#isDetached) return;
    this.#showBase(Number.NaN, 1);
  }

  /* ---- levels ------------------------------------------------------------------------------------------------- */

  get #length(): Length {
    return this.#lengths[this.#at];
  }

  /** Whether what is shown at the first level is the series that is held, and no window or more of it. */
  get #isJoined(): boolean {
    const { series } = this.#chart.plot;
    if (this.#isDetached || series.length === 0 || this.#base.length === 0) return !this.#isDetached;
    return series.startAt(series.first) === this.#base.startAt(this.#base.first);
  }

  get #newestS(): number {
    return this.#base.length === 0 ? Number.NaN : this.#base.startAt(this.#base.end - 1);
  }

  #forget(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #enter(next: number): void {
    this.#forget();
    const { viewport } = this.#chart.plot;
    const length = this.#lengths[next];
    const widening = length.spanS / this.#length.spanS;
    const { left, right } = this.#chart.bars.edgesS;
    if (next === 0 && this.#base.length > 0 && this.#base.startAt(this.#base.first) <= left) {
      this.#showBase(this.#edgeS(), widening);
      return;
    }
    const visible = Math.ceil(viewport.visibleBars / widening);
    const toNewest = Math.max(0, (this.#newestS - right) / length.spanS);
    // One answer up to now, where that holds the view and as much before it; else the view in the middle of one.
    const isAttached = toNewest + 2 * visible <= PAGE_MAX / 2;
    const beforeS = isAttached ? null : Math.ceil(right / length.spanS + visible) * length.spanS;
    const count = Math.min(PAGE_MAX, Math.ceil((isAttached ? toNewest : visible) + 3 * visible) + 64);
    this.#askAt(length, beforeS, count, (rows, more) => {
      const held = this.#withoutFuture(rows, length.spanS);
      if (held.length === 0) return;
      const edgeS = isAttached ? this.#edgeS() : this.#chart.bars.edgesS.right;
      const wider = length.spanS / this.#length.spanS;
      this.#at = next;
      this.#hasMore = more;
      this.#isDetached = !isAttached;
      this.#reach = 1;
      this.#chart.showLevel({
        rows: held,
        intervalS: length.spanS,
        widening: wider,
        edgeS,
        isDetached: !isAttached,
      });
      this.#chart.setLiveBar(isAttached ? null : this.#base.at(this.#base.end - 1));
      if (isAttached) this.#carryOver(held);
      this.onView();
    });
  }

  /** NaN while the view follows the newest bar. */
  #edgeS(): number {
    return this.#chart.plot.viewport.follow ? Number.NaN : this.#chart.bars.edgesS.right;
  }

  #showBase(edgeS: number, widening: number): void {
    this.#at = 0;
    this.#isDetached = false;
    this.#hasMore = this.#baseHasMore;
    this.#chart.showLevel({
      rows: rowsOf(this.#base),
      intervalS: this.#length.spanS,
      widening,
      edgeS,
      isDetached: false,
    });
    this.#chart.setLiveBar(null);
  }

  #loadNewer(): void {
    const { series, viewport } = this.#chart.plot;
    const { spanS } = this.#length;
    const lastS = series.startAt(series.end - 1);
    const room = (lastS - this.#chart.bars.edgesS.right) / spanS;
    if (room > viewport.visibleBars / 2) return;
    const untilS = lastS + spanS * (PAGE_BARS * this.#reach);
    const toNow = untilS > this.#newestS;
    this.#ask(toNow ? null : untilS, PAGE_BARS, (rows) => {
      const held = this.#withoutFuture(rows, spanS);
      const isJoined = held.length > 0 && held[0] <= lastS;
      const newer = held.subarray(firstAfter(held, lastS - 1) * BAR_NUMBERS);
      if (newer.length <= BAR_NUMBERS && !toNow) this.#reach *= 8;
      // Too far: between what is shown and what came, bars are missing.
      if (!isJoined && newer.length > 0) {
        this.#reach = Math.max(1 / 8, this.#reach / 8);
        return;
      }
      this.#chart.appendBars(newer);
      if (!toNow) return;
      this.#isDetached = false;
      this.#chart.bars.setDetached(false);
      this.#chart.setLiveBar(null);
      if (this.#at > 0) this.#carryOver(held);
    });
  }

  #ask(beforeS: number | null, count: number, take: (rows: Float64Array, more: boolean) => void): void {
    this.#askAt(this.#length, beforeS, count, take);
  }

  /** One question at a time; what cannot be answered is asked again when the view moves again. */
  #askAt(
    { interval, step }: Length,
    beforeS: number | null,
    count: number,
    take: (rows: Float64Array, more: boolean) => void,
  ): void {
    let isDone = false;
    const cancel = this.#source.ask({ interval, step, beforeS, count }, (rows, more) => {
      isDone = true;
      this.#cancel = null;
      if (rows !== null) take(rows, more);
    });
    if (!isDone) this.#cancel = cancel;
  }

  /** A view that is paused shows nothing that came after: the newest bar held is as far as it goes. */
  #withoutFuture(rows: Float64Array, spanS: number): Float64Array {
    const lastS = mergedStartS(this.#newestS, spanS);
    return rows.subarray(0, firstAfter(rows, lastS) * BAR_NUMBERS);
  }

  /* ---- the merged bar in progress ----------------------------------------------------------------------------- */

  #carryOver(rows: Float64Array): void {
    const [startS, open, high, low, close, volume] = rows.subarray(rows.length - BAR_NUMBERS);
    const held = this.#heldIn(startS);
    this.#carry = { startS, open, high, low, close, volume: volume - (held?.volume ?? 0) };
  }

  /** The merged bar that a bar of the interval belongs to, from all that is known of it. */
  #folded(timeS: number): Bar | null {
    const startS = mergedStartS(timeS, this.#length.spanS);
    const held = this.#heldIn(startS);
    if (held === null || this.#base.startAt(this.#base.first) <= startS) return held;
    const carry = this.#carry;
    if (carry === null || carry.startS !== startS) return null;
    return {
      startS,
      open: carry.open,
      high: Math.max(carry.high, held.high),
      low: Math.min(carry.low, held.low),
      close: held.close,
      volume: carry.volume + held.volume,
    };
  }

  #heldIn(startS: number): Bar | null {
    const base = this.#base;
    const from = base.indexAtOrBefore(startS - 1) + 1;
    const to = base.indexAtOrBefore(startS + this.#length.spanS - 1) + 1;
    if (to <= from) return null;
    const first = base.at(from);
    let { high, low, volume } = first;
    for (let index = from + 1; index < to; index += 1) {
      const bar = base.at(index);
      high = Math.max(high, bar.high);
      low = Math.min(low, bar.low);
      volume += bar.volume;
    }
    return { startS, open: first.open, high, low, close: base.at(to - 1).close, volume };
  }
}

/** Row of the first bar that starts after a time. */
function firstAfter(rows: Float64Array, timeS: number): number {
  let row = rows.length / BAR_NUMBERS;
  while (row > 0 && rows[(row - 1) * BAR_NUMBERS] > timeS) row -= 1;
  return row;
}

function rowsOf(series: BarSeries): Float64Array {
  const rows = new Float64Array(series.length * BAR_NUMBERS);
  for (let at = 0; at < series.length; at += 1) {
    const { startS, open, high, low, close, volume } = series.at(series.first + at);
    rows.set([startS, open, high, low, close, volume], at * BAR_NUMBERS);
  }
  return rows;
}
