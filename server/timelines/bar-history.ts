import type { InstrumentId, WireBar } from '#protocol';
import type { Engine } from '../engine/engine.ts';
import type { TimelineSource } from './source.ts';

/** A start beyond every bar: a whole number of every interval, so that it can be divided safely. */
const END_OF_TIME_S = 253_402_214_400;

/**
 * Bars of the past for one timeline: the engine's own, and before them what the source can tell. A source that fails or answers
 * nonsense has no history for that moment: it is counted, and asked again the next time.
 */
export class BarHistory {
  readonly #engine: Engine;
  readonly #source: TimelineSource;
  readonly #seeds = new Map<string, Promise<void>>();

  constructor(engine: Engine, source: TimelineSource) {
    this.#engine = engine;
    this.#source = source;
  }

  /** At most `count` bars that start before `beforeS`, oldest first; `more` is false when nothing older exists. */
  async bars(
    id: InstrumentId,
    intervalS: number,
    beforeS: number | undefined,
    count: number,
  ): Promise<{ bars: WireBar[]; more: boolean }> {
    await this.#seed(id, intervalS);
    const before = beforeS ?? END_OF_TIME_S;
    const own = this.#engine.bars.range(intervalS, id, 0, before, count + 1);
    if (own.length > count) return { bars: own.slice(1), more: true };
    const wanted = count - own.length + 1;
    const older = await this.#ask(id, intervalS, own[0]?.startS ?? before, wanted);
    const bars = [...(older ?? []), ...own];
    return bars.length > count ? { bars: bars.slice(-count), more: true } : { bars, more: false };
  }

  /** Forgets what was merged, for a new epoch. */
  clear(): void {
    this.#seeds.clear();
  }

  /** The bar that was in progress when the engine began is whole only with the part that the source remembers. */
  #seed(id: InstrumentId, intervalS: number): Promise<void> {
    const key = `${id}/${intervalS}`;
    let seed = this.#seeds.get(key);
    if (seed === undefined) {
      seed = this.#merge(id, intervalS, key);
      this.#seeds.set(key, seed);
    }
    return seed;
  }

  async #merge(id: InstrumentId, intervalS: number, key: string): Promise<void> {
    const seeds = this.#seeds;
    const bars = await this.#ask(id, intervalS, END_OF_TIME_S, 1);
    if (bars === null) seeds.delete(key);
    const newest = bars?.at(-1);
    if (newest !== undefined) this.#engine.bars.mergeOlder(id, intervalS, newest, this.#engine.versions.next);
  }

  /** Sound bars that start before `beforeS`; null when the source fails. */
  async #ask(id: InstrumentId, intervalS: number, beforeS: number, count: number): Promise<WireBar[] | null> {
    try {
      const bars = await this.#source.history(id, intervalS, beforeS, count);
      const sound = bars.filter((bar) => bar.startS < beforeS && Object.values(bar).every(Number.isFinite));
      if (sound.length < bars.length)
        this.#engine.counters.add('bad_history_bar', bars.length - sound.length);
      return sound.slice(-count);
    } catch {
      this.#engine.counters.add('history_failed');
      return null;
    }
  }
}
