import { LIMITS, mergedStartS, type InstrumentId, type WireBar } from '#protocol';
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
  #clears = 0;

  constructor(engine: Engine, source: TimelineSource) {
    this.#engine = engine;
    this.#source = source;
  }

  /** Rises when the state went elsewhere: what was asked before is of another place. */
  get clears(): number {
    return this.#clears;
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

  /**
   * At most `count` bars that each stand for `step` of the interval, for a view that has no room for all of them: the
   * bars that start in the same multiple of both, which is also where the merged one starts. Those that start before `beforeS`, rounded down to
   * such a multiple, so that each is whole.
   */
  async merged(
    id: InstrumentId,
    intervalS: number,
    beforeS: number | undefined,
    count: number,
    step: number,
  ): Promise<{ bars: WireBar[]; more: boolean }> {
    const spanS = intervalS * step;
    const wanted = Math.min(count, Math.max(1, Math.floor(LIMITS.historyMergedMax / step)));
    const parts: WireBar[] = [];
    let before = beforeS === undefined ? undefined : mergedStartS(beforeS, spanS);
    let more = true;
    // One merged bar more than is wanted, for the oldest may be cut; where bars are missing they give more than that.
    while (more && parts.length < (wanted + 1) * step) {
      const missing = Math.min(LIMITS.historyRowsMax, (wanted + 1) * step - parts.length);
      const page = await this.bars(id, intervalS, before, missing);
      parts.unshift(...page.bars);
      before = page.bars[0]?.startS;
      more = page.more && before !== undefined;
    }
    const bars = mergeBars(parts, spanS);
    if (more) bars.shift();
    return { bars: bars.slice(-wanted), more: more || bars.length > wanted };
  }

  /** Forgets what was merged, for a new epoch. */
  clear(): void {
    this.#seeds.clear();
    this.#clears += 1;
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
    const clears = this.#clears;
    const bars = await this.#ask(id, intervalS, END_OF_TIME_S, 1);
    // The bar would be one of the future where the state went back meanwhile.
    if (clears !== this.#clears) return;
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

/** One bar for all that start in the same `spanS`, oldest first as they come. */
function mergeBars(parts: readonly WireBar[], spanS: number): WireBar[] {
  const bars: WireBar[] = [];
  for (const part of parts) {
    const startS = mergedStartS(part.startS, spanS);
    const bar = bars.at(-1);
    if (bar === undefined || bar.startS !== startS) {
      bars.push({ ...part, startS });
      continue;
    }
    bar.high = Math.max(bar.high, part.high);
    bar.low = Math.min(bar.low, part.low);
    bar.close = part.close;
    bar.volume += part.volume;
  }
  return bars;
}
