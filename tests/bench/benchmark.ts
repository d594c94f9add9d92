/** How a run was asked for. */
export interface BenchOptions {
  /** Tiny sizes: proves that everything starts and gives sane numbers, says nothing of speed. */
  readonly smoke: boolean;
  /** Length of one measured round, s; null = each benchmark's own. */
  readonly seconds: number | null;
  /** Recorded market data to measure with. May be empty: what needs a recording is then left out. */
  readonly recordings: readonly string[];
}

/** One measured number, beside the one it is compared with, both from the same run. */
export interface BenchResult {
  readonly name: string;
  readonly unit: string;
  /** Which way is good; decides how the ratio is formed. */
  readonly better: 'lower' | 'higher';
  readonly ours: number;
  /** Null = there is nothing to compare with. */
  readonly baseline: number | null;
  /** Empty without a baseline. */
  readonly baselineName: string;
  /** Spread of ours over the rounds: lower and upper quartile, or least and most. */
  readonly range?: readonly [number, number];
  /** Times better, where it was formed round by round; absent = of the two numbers. */
  readonly ratio?: number;
  /** What this should be, in a few words: `<= 60 %`. */
  readonly goal?: string;
  /** Whether it is. Only with a goal. */
  readonly met?: boolean;
}

export interface Benchmark {
  readonly name: string;
  /** What a reader learns from it, in one line. */
  readonly question: string;
  run(options: BenchOptions): Promise<BenchResult[]>;
}

/** How many times better ours is: above 1 ours wins, below 1 the baseline does, whichever way the unit points. */
export function ratioOf({ better, ours, baseline, ratio }: BenchResult): number | null {
  if (ratio !== undefined) return ratio;
  if (baseline === null) return null;
  return better === 'lower' ? baseline / ours : ours / baseline;
}
