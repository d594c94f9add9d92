import { BAR_INTERVAL_SECONDS, LIMITS, type WireBar } from '#protocol';
import { type Activity, dailyVolumeLots } from './activity.ts';
import { type BarColumns, BarSplitter, type SplitPlan, barColumns } from './bar-splitter.ts';
import { DAY_S, DailyPath, HISTORY_DAYS_MAX } from './daily-path.ts';
import type { InstrumentModel } from './instrument-model.ts';
import { hash32 } from './random.ts';
import { hourlyShape } from './trading-day.ts';

/** Lengths that bars are split into, each from the one before, s. */
const STEPS_S = [DAY_S, 3_600, 900, 60, 1] as const;
const PARTS_MAX = 60;
/** Daily paths kept, least recently used first out: at most about 7 MB. */
const PATHS_MAX = 64;
/** As much is traded in the last of the past as will be from then on, s. */
const JOIN_S = 7_200;
const HISTORY_KEY = 0x7157;

const INTERVALS_S: ReadonlySet<number> = new Set(Object.values(BAR_INTERVAL_SECONDS));

interface HistoryOptions {
  readonly key: number;
  readonly models: readonly InstrumentModel[];
  readonly activity: Activity;
  readonly eventsPerSecond: number;
  readonly startTicks: Float64Array;
  readonly startTimeUs: number;
}

/** Takes bars of one length in order of time. */
type Visit = (startS: number, open: number, high: number, low: number, close: number, volume: number) => void;

/**
 * The past of a simulation: bars of every interval from the start time back to some eight years. Days are made as a path from
 * the start price backwards, hours by splitting days, and so on down to seconds, each exactly: so all
 * intervals agree, wherever one looks first. Nothing after the start time.
 * Invariant: the last bar of each interval closes at the start price.
 */
export class PriceHistory {
  readonly #options: HistoryOptions;
  /** End of the past, s, with the fraction of the second that the simulation starts in. */
  readonly #endS: number;
  readonly #paths = new Map<number, DailyPath>();
  readonly #splitters: readonly BarSplitter[];
  readonly #columns: readonly BarColumns[];
  readonly #plan: SplitPlan;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#endS = options.startTimeUs / 1_000_000;
    this.#splitters = STEPS_S.map(() => new BarSplitter(PARTS_MAX));
    this.#columns = STEPS_S.map((_, level) => barColumns(level === 0 ? 1 : PARTS_MAX));
    this.#plan = { count: 0, lastShare: 1, firstNumber: 0, key: 0, volumeShape: null };
  }

  /**
   * Bars that start before `beforeS` and before the start time, oldest first, at most `count`. The one that the start time falls
   * in comes with its part before. None for an interval that is no BarInterval.
   */
  bars(index: number, intervalS: number, beforeS: number, count: number): WireBar[] {
    const wanted = Math.min(Math.floor(count), LIMITS.historyRowsMax);
    if (this.#options.models[index] === undefined || !INTERVALS_S.has(intervalS) || !(wanted > 0)) return [];
    const endS = Math.ceil(Math.min(beforeS, this.#endS) / intervalS) * intervalS;
    const oldestS = (Math.ceil(this.#endS / DAY_S) - HISTORY_DAYS_MAX) * DAY_S;
    const fromS = Math.max(endS - wanted * intervalS, oldestS);
    const stepS = STEPS_S.find((step) => step <= intervalS)!;
    const bars: WireBar[] = [];
    let bar: WireBar | null = null;
    this.#visit(index, stepS, fromS, endS, (startS, open, high, low, close, volume) => {
      if (bar === null || startS >= bar.startS + intervalS) {
        bar = { startS, open, high, low, close, volume };
        bars.push(bar);
        return;
      }
      if (high > bar.high) bar.high = high;
      if (low < bar.low) bar.low = low;
      bar.close = close;
      bar.volume += volume;
    });
    return bars;
  }

  /** The 24 h before the start time, from a whole minute on. About 10 us. */
  lastDay(index: number): { open: number; high: number; low: number; volume: number } {
    return this.since(index, Math.floor((this.#endS - DAY_S) / 60) * 60);
  }

  /** All from the start of a minute to the start time. */
  since(index: number, fromS: number): { open: number; high: number; low: number; volume: number } {
    const hourS = Math.min(Math.ceil(fromS / 3_600) * 3_600, this.#endS);
    const day = { open: Number.NaN, high: -Infinity, low: Infinity, volume: 0 };
    const add: Visit = (_, open, high, low, __, volume) => {
      if (Number.isNaN(day.open)) day.open = open;
      if (high > day.high) day.high = high;
      if (low < day.low) day.low = low;
      day.volume += volume;
    };
    this.#visit(index, 60, fromS, hourS, add);
    this.#visit(index, 3_600, hourS, this.#endS, add);
    return day;
  }

  /** Shows all bars of `stepS` (one of STEPS_S) that start in [fromS, endS). */
  #visit(index: number, stepS: number, fromS: number, endS: number, visit: Visit): void {
    const path = this.#path(index);
    const oldest = Math.floor((path.lastStartS - fromS) / DAY_S + 1);
    path.reach(oldest);
    const whole = this.#columns[0]!;
    for (let day = Math.min(oldest, path.open.length - 1); day >= 0; day -= 1) {
      const startS = path.lastStartS - day * DAY_S;
      if (startS + DAY_S <= fromS) continue;
      if (startS >= endS) break;
      whole.open[0] = path.open[day]!;
      whole.high[0] = path.high[day]!;
      whole.low[0] = path.low[day]!;
      whole.close[0] = path.close[day]!;
      whole.volume[0] = path.volume[day]!;
      this.#descend(index, 0, 0, startS, stepS, fromS, endS, visit);
    }
  }

  /** Shows the bar `at` of a level, or its parts when it is longer than wanted. */
  #descend(
    index: number,
    level: number,
    at: number,
    startS: number,
    stepS: number,
    fromS: number,
    endS: number,
    visit: Visit,
  ): void {
    const bar = this.#columns[level]!;
    if (STEPS_S[level] === stepS) {
      visit(startS, bar.open[at]!, bar.high[at]!, bar.low[at]!, bar.close[at]!, bar.volume[at]!);
      return;
    }
    const partS = STEPS_S[level + 1]!;
    const parts = this.#split(index, level, at, startS, partS);
    for (let part = 0; part < parts; part += 1) {
      const partStartS = startS + part * partS;
      if (partStartS + partS <= fromS) continue;
      if (partStartS >= endS) break;
      this.#descend(index, level + 1, part, partStartS, stepS, fromS, endS, visit);
    }
  }

  /** Splits the bar `at` of a level into the columns of the next one. Returns the number of parts. */
  #split(index: number, level: number, at: number, startS: number, partS: number): number {
    const { key, models } = this.#options;
    const spanS = Math.min(startS + STEPS_S[level]!, this.#endS) - startS;
    const plan = this.#plan;
    plan.count = Math.ceil(spanS / partS);
    plan.lastShare = spanS / partS - (plan.count - 1);
    plan.firstNumber = startS / partS;
    plan.key = hash32(hash32(key, level, HISTORY_KEY), index, level);
    plan.volumeShape = level === 0 ? hourlyShape(models[index]!.assetClass) : null;
    this.#splitters[level]!.split(this.#columns[level]!, at, plan, this.#columns[level + 1]!);
    return plan.count;
  }

  #path(index: number): DailyPath {
    const known = this.#paths.get(index);
    if (known !== undefined) {
      this.#paths.delete(index);
      this.#paths.set(index, known);
      return known;
    }
    const { models, activity, eventsPerSecond } = this.#options;
    const dailyLots = dailyVolumeLots(models[index]!, activity.share[index]!, eventsPerSecond);
    this.#addPath(index, dailyLots);
    if (this.#paths.size > PATHS_MAX) this.#paths.delete(this.#paths.keys().next().value!);
    // Live trading is as busy by day as by night: scaled so that the past joins it where it ends.
    const lastLots = this.since(index, Math.floor((this.#endS - JOIN_S) / 60) * 60).volume;
    return this.#addPath(index, (dailyLots * ((dailyLots * JOIN_S) / DAY_S)) / Math.max(1, lastLots));
  }

  #addPath(index: number, volumeLots: number): DailyPath {
    const { key, models, startTicks } = this.#options;
    const path = new DailyPath({
      key: hash32(key, 0, HISTORY_KEY),
      index,
      model: models[index]!,
      endTicks: startTicks[index]!,
      endS: this.#endS,
      volumeLots,
    });
    this.#paths.set(index, path);
    return path;
  }
}
