import type { BarInterval, DictionaryEntry } from '#protocol';
import { BAR_INTERVALS, BAR_INTERVAL_SECONDS } from '../../../protocol/channel.ts';
import { instrumentKey } from '../../../protocol/instrument.ts';
import type { BarListener, BarStream, Market } from '../../state/market.ts';

/** Bars asked for: some two for each pixel of a wide bar would be more than anybody can point at. */
const BARS_MAX = 1_500;
/** A price is told for this many bars after the last trade. */
const QUIET_BARS = 120;
const BAR_NUMBERS = 6;

/** Fewest seconds of a bar with which a span is covered. */
export function trailInterval(spanUs: number): BarInterval {
  return BAR_INTERVALS.find((one) => spanUs / (BAR_INTERVAL_SECONDS[one] * 1e6) <= BARS_MAX) ?? '1d';
}

interface Close {
  readonly ticks: number;
  /** Where the playhead was when it was told: a later one knows the bar better. */
  readonly atUs: number;
}

/**
 * Closing prices along the bar of one instrument, so that the pointer can tell what it cost. What was learned stays when the playhead
 * goes back, from where nothing is known of what is to come. Invariant: all closes are of one instrument, interval and market.
 */
export class PriceTrail implements BarListener {
  readonly #market: Pick<Market, 'openBars'>;
  readonly #nowUs: () => number;
  readonly #closes = new Map<number, Close>();
  #name = '';
  #intervalS = 60;
  #entry: DictionaryEntry | null = null;
  #stream: BarStream | null = null;

  constructor(market: Pick<Market, 'openBars'>, nowUs: () => number) {
    this.#market = market;
    this.#nowUs = nowUs;
  }

  /**
   * Follows an instrument over a span; idempotent.
   * @param of name of what is played: prices of another recording are others
   */
  follow(entry: DictionaryEntry, spanUs: number, of: string): void {
    const interval = trailInterval(spanUs);
    const { units, decimals } = entry.tick;
    const name = `${of} ${instrumentKey(entry)} ${interval} ${units}e-${decimals}`;
    if (name !== this.#name) {
      this.#closes.clear();
      this.#close();
    }
    this.#name = name;
    this.#entry = entry;
    this.#intervalS = BAR_INTERVAL_SECONDS[interval];
    this.#stream ??= this.#market.openBars(entry.id, interval, BARS_MAX, this);
  }

  /** Nobody points any more: what was learned stays. */
  rest(): void {
    this.#close();
  }

  /** Price in ticks, and of what; null where it is not known. */
  at(timeUs: number): { ticks: number; entry: DictionaryEntry } | null {
    if (this.#entry === null) return null;
    const bar = Math.floor(timeUs / 1e6 / this.#intervalS);
    for (let back = 0; back <= QUIET_BARS; back += 1) {
      const close = this.#closes.get((bar - back) * this.#intervalS);
      if (close !== undefined) return { ticks: close.ticks, entry: this.#entry };
    }
    return null;
  }

  onRows(rows: Float64Array): void {
    this.onOlder(rows);
  }

  onOlder(rows: Float64Array): void {
    for (let at = 0; at < rows.length; at += BAR_NUMBERS) this.#put(rows[at]!, rows[at + 4]!);
  }

  onBar(startS: number, _open: number, _high: number, _low: number, close: number): void {
    this.#put(startS, close);
  }

  #put(startS: number, ticks: number): void {
    const atUs = this.#nowUs();
    if ((this.#closes.get(startS)?.atUs ?? 0) <= atUs) this.#closes.set(startS, { ticks, atUs });
  }

  #close(): void {
    this.#stream?.close();
    this.#stream = null;
  }
}
