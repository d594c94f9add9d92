import type { InstrumentId, WireBar } from '#protocol';
import type { Engine } from '../engine/engine.ts';
import type { TimelineSource } from './source.ts';

/** A start beyond every bar: a whole number of every interval, so that it can be divided safely. */
const END_OF_TIME_S = 253_402_214_400;

/** Bars of the past for one timeline: the engine's own, and before them what the source can tell. */
export class BarHistory {
  readonly #engine: Engine;
  readonly #source: TimelineSource;
  readonly #seeded = new Set<string>();

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
    const older = await this.#source.history(id, intervalS, own[0]?.startS ?? before, wanted);
    const bars = [...older, ...own];
    return bars.length > count ? { bars: bars.slice(-count), more: true } : { bars, more: false };
  }

  /** Forgets what was merged, for a new epoch. */
  clear(): void {
    this.#seeded.clear();
  }

  /** The bar that was in progress when the engine began is whole only with the part that the source remembers. */
  async #seed(id: InstrumentId, intervalS: number): Promise<void> {
    const key = `${id}/${intervalS}`;
    if (this.#seeded.has(key)) return;
    this.#seeded.add(key);
    const [newest] = (await this.#source.history(id, intervalS, END_OF_TIME_S, 1)).slice(-1);
    if (newest !== undefined) this.#engine.bars.mergeOlder(id, intervalS, newest);
  }
}
