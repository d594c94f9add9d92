import type { WireBar } from '#protocol';
import type { BarRing, BarRoom } from './bar-ring.ts';
import { INTERVALS_S, InstrumentBars, NO_BAR } from './instrument-bars.ts';

export { INTERVALS_S };

/** Bars of one interval held over all instruments together: 112 MB an interval when full. */
const BARS_PER_INTERVAL_MAX = 2_000_000;
const BARS_PER_INSTRUMENT_MAX = 3_600;
const BARS_PER_INSTRUMENT_MIN = 60;

/** Told of each bar that changes: which interval (index), which instrument, which bar. */
export type OnBarChange = (intervalIndex: number, id: number, startS: number) => void;

/** Bars of all instruments and intervals, built from trades, or from the bars of a source that has none. No timer, no clock. */
export class Bars {
  /** By instrument; undefined = no bars. */
  readonly #instruments: (InstrumentBars | undefined)[] = [];
  readonly #onChange: OnBarChange;
  readonly #room: BarRoom = { bars: BARS_PER_INSTRUMENT_MAX };

  constructor(onChange: OnBarChange) {
    this.#onChange = onChange;
  }

  /** Sets how many bars an instrument may hold, from the number of instruments. */
  plan(instruments: number): void {
    const share = Math.floor(BARS_PER_INTERVAL_MAX / Math.max(1, instruments));
    this.#room.bars = Math.max(BARS_PER_INSTRUMENT_MIN, Math.min(BARS_PER_INSTRUMENT_MAX, share));
  }

  /**
   * Takes a trade into every interval. Returns how many intervals had no bar left for so late a trade.
   * @param version stamp of the change
   * @param behindUs time of the newest trade, where it lies before that; else NaN
   */
  trade(
    id: number,
    timeUs: number,
    price: number,
    size: number,
    version: number,
    behindUs = Number.NaN,
  ): number {
    const bars = this.#instruments[id] ?? this.#add(id);
    const isAdded = behindUs !== behindUs && bars.add(timeUs, price, size, version);
    const tooLate = isAdded ? 0 : bars.trade(timeUs, price, size, version, behindUs);
    this.#tell(id, bars.starts);
    return tooLate;
  }

  /**
   * Takes a whole bar of one interval from a source that has bars, also into the longer ones that it is a part of.
   * @returns its volume as the source sent it before; 0 = it is new; null = the interval is none of ours, or the bar too old
   */
  bar(id: number, intervalS: number, bar: WireBar, version: number): number | null {
    const index = INTERVALS_S.indexOf(intervalS);
    if (index < 0) return null;
    const bars = this.#instruments[id] ?? this.#add(id);
    const counted = bars.bar(index, bar, version);
    if (counted !== null) this.#tell(id, bars.starts);
    return counted;
  }

  /** Goes on from bars that were put here. See `InstrumentBars`. */
  resume(id: number, isTraded: boolean): void {
    this.#instruments[id]?.resume(isTraded);
  }

  /** Puts a whole bar in its place, and nothing else. False when the interval is none of ours or the bar too old. */
  put(id: number, intervalS: number, bar: WireBar, version: number): boolean {
    const index = INTERVALS_S.indexOf(intervalS);
    if (index < 0 || !this.#ring(id, index).put(bar, version)) return false;
    this.#onChange(index, id, bar.startS);
    return true;
  }

  /** Puts an older part in front of a bar that began before the first trade was seen here. */
  mergeOlder(id: number, intervalS: number, older: WireBar, version: number): void {
    const index = INTERVALS_S.indexOf(intervalS);
    if (index < 0) return;
    const ring = this.#ring(id, index);
    const at = ring.indexFrom(older.startS);
    const held = at < ring.length ? ring.at(at) : undefined;
    if (held !== undefined && held.startS !== older.startS) return;
    const high = Math.max(held?.high ?? older.high, older.high);
    const low = Math.min(held?.low ?? older.low, older.low);
    const merged = {
      ...older,
      high,
      low,
      close: held?.close ?? older.close,
      volume: older.volume + (held?.volume ?? 0),
    };
    if (ring.put(merged, version)) this.#onChange(index, id, older.startS);
  }

  /** Bars that start at or after `fromS` and before `beforeS`, oldest first, at most the newest `max`. */
  range(intervalS: number, id: number, fromS: number, beforeS: number, max: number): WireBar[] {
    const ring = this.#held(intervalS, id);
    if (ring === undefined) return [];
    const end = ring.indexFrom(beforeS);
    const start = Math.max(ring.indexFrom(fromS), end - max);
    const bars: WireBar[] = [];
    for (let index = start; index < end; index += 1) bars.push(ring.at(index));
    return bars;
  }

  /** Whether bars of an instrument may have given way to newer ones. */
  isFull(intervalS: number, id: number): boolean {
    return this.#held(intervalS, id)?.isFull === true;
  }

  /** Start of the oldest bar that changed after `version`; -1 when none did. */
  startOfChangeAfter(intervalS: number, id: number, version: number): number {
    return this.#held(intervalS, id)?.startOfChangeAfter(version) ?? -1;
  }

  /** Stamps every bar anew, for a new epoch of the same values. */
  restamp(version: number): void {
    for (const bars of this.#instruments) {
      for (let index = 0; index < INTERVALS_S.length; index += 1) bars?.ring(index).restamp(version);
    }
  }

  /** Writes all bars of an instrument in other units, which changes each of them. */
  rescale(id: number, price: number, volume: number, version: number): void {
    const bars = this.#instruments[id];
    if (bars === undefined) return;
    for (let index = 0; index < INTERVALS_S.length; index += 1) {
      const ring = bars.ring(index);
      if (ring.length === 0) continue;
      ring.rescale(price, volume);
      ring.restamp(version);
      this.#onChange(index, id, ring.at(0).startS);
    }
  }

  /** Drops all bars of an instrument. */
  forget(id: number): void {
    if (id < this.#instruments.length) this.#instruments[id] = undefined;
  }

  clear(): void {
    this.#instruments.length = 0;
  }

  #tell(id: number, starts: readonly number[]): void {
    for (let index = 0; index < starts.length; index += 1) {
      const startS = starts[index]!;
      if (startS !== NO_BAR) this.#onChange(index, id, startS);
    }
  }

  /** An instrument's bars of one interval; undefined when there are none, or no such interval. */
  #held(intervalS: number, id: number): BarRing | undefined {
    const index = INTERVALS_S.indexOf(intervalS);
    return index < 0 ? undefined : this.#instruments[id]?.ring(index);
  }

  #ring(id: number, index: number): BarRing {
    return (this.#instruments[id] ?? this.#add(id)).ring(index);
  }

  #add(id: number): InstrumentBars {
    while (this.#instruments.length <= id) this.#instruments.push(undefined);
    return (this.#instruments[id] = new InstrumentBars(this.#room));
  }
}
