import type { EventDensity } from '#protocol';
import type { BarAxis, Stretch } from './bar-axis.ts';
import { clamp, endOf, ratePerSecond } from './event-rates.ts';

interface Span {
  fromUs: number;
  toUs: number;
  /** Silence that is folded. */
  gap: boolean;
}

interface Segment extends Span {
  /** Place on the bar, 0..1. */
  fromShare: number;
  toShare: number;
}

/** Room of a fold, as a share of what all data has: one of them, and all together at most. */
const GAP_ROOM = 0.02;
const GAPS_ROOM_MAX = 0.25;
/** Least room of a run, as a share of what all data has: the server gives a short run a tenth of the buckets too. */
const RUN_ROOM_MIN = 0.1;
const RUNS_ROOM_MIN_MAX = 0.5;

/**
 * Time along the replay bar: linear within a run of activity, while the silence between two is folded to a narrow mark. A
 * recording of two hours with three weeks between them would otherwise be two dots at the ends of an empty line.
 */
export class ReplayAxis implements BarAxis {
  readonly segments: readonly Segment[];
  readonly fromUs: number;
  readonly toUs: number;
  readonly #runs: readonly EventDensity[];

  /** @param runs as in `TimelineMessage.density`; none = one plain line */
  constructor(fromUs: number, toUs: number, runs: readonly EventDensity[]) {
    this.fromUs = fromUs;
    this.toUs = Math.max(toUs, fromUs + 1);
    this.#runs = runs;
    this.segments = layOut(this.#spans());
  }

  shareAt(timeUs: number): number {
    const segment = this.segments.find((it) => timeUs < it.toUs) ?? this.segments.at(-1)!;
    const within = (timeUs - segment.fromUs) / (segment.toUs - segment.fromUs);
    return segment.fromShare + clamp(within) * (segment.toShare - segment.fromShare);
  }

  timeAt(share: number): number {
    const segment = this.#segmentAt(share);
    const within = (share - segment.fromShare) / (segment.toShare - segment.fromShare);
    return Math.round(segment.fromUs + clamp(within) * (segment.toUs - segment.fromUs));
  }

  /** Where silence is folded. */
  get gaps(): readonly Stretch[] {
    return this.segments.filter((it) => it.gap).map((it) => ({ from: it.fromShare, to: it.toShare }));
  }

  /** How long the silence is that a time lies in, us; 0 = it lies in none that is folded. */
  gapUs(timeUs: number): number {
    const fold = this.segments.find((it) => it.gap && timeUs >= it.fromUs && timeUs < it.toUs);
    return fold === undefined ? 0 : fold.toUs - fold.fromUs;
  }

  /**
   * Events a second in each of `count` columns of equal width, with buckets shared out by overlap. A rate, because a column of
   * a short run covers less time than one of a long run. NaN where a column lies in a fold.
   */
  columns(count: number): Float64Array {
    const columns = new Float64Array(count);
    for (let column = 0; column < count; column += 1) {
      const segment = this.#segmentAt((column + 0.5) / count);
      if (segment.gap) {
        columns[column] = Number.NaN;
        continue;
      }
      const share = segment.toShare - segment.fromShare;
      const timeOf = (at: number): number =>
        segment.fromUs + clamp((at / count - segment.fromShare) / share) * (segment.toUs - segment.fromUs);
      columns[column] = ratePerSecond(this.#runs, timeOf(column), timeOf(column + 1));
    }
    return columns;
  }

  #segmentAt(share: number): Segment {
    return this.segments.find((it) => share < it.toShare) ?? this.segments.at(-1)!;
  }

  #spans(): Span[] {
    const spans: Span[] = [];
    let atUs = this.fromUs;
    for (const [number, run] of this.#runs.entries()) {
      const fromUs = number === 0 ? this.fromUs : Math.max(run.fromTimeUs, atUs);
      const isLast = number === this.#runs.length - 1;
      const toUs = isLast ? this.toUs : Math.min(endOf(run), this.toUs);
      if (toUs <= fromUs) continue;
      if (fromUs > atUs) spans.push({ fromUs: atUs, toUs: fromUs, gap: true });
      spans.push({ fromUs, toUs, gap: false });
      atUs = toUs;
    }
    return spans.length > 0 ? spans : [{ fromUs: this.fromUs, toUs: this.toUs, gap: false }];
  }
}

function layOut(spans: readonly Span[]): Segment[] {
  const runs = spans.filter((span) => !span.gap);
  const gapRoom = Math.min(GAP_ROOM, GAPS_ROOM_MAX / (spans.length - runs.length));
  const runRoomMin = Math.min(RUN_ROOM_MIN, RUNS_ROOM_MIN_MAX / runs.length);
  const dataUs = runs.reduce((sum, span) => sum + (span.toUs - span.fromUs), 0);
  const weights = spans.map((span) =>
    span.gap ? gapRoom : Math.max(runRoomMin, (span.toUs - span.fromUs) / dataUs),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let share = 0;
  return spans.map((span, at) => {
    const fromShare = share;
    share = at === spans.length - 1 ? 1 : share + weights[at]! / total;
    return { ...span, fromShare, toShare: share };
  });
}

/** Folds, and the skips that are too short for one. */
export function barGaps(
  axis: BarAxis,
  skips: readonly { readonly fromTimeUs: number; readonly toTimeUs: number }[],
): readonly Stretch[] {
  const short = skips.filter((skip) => axis.gapUs((skip.fromTimeUs + skip.toTimeUs) / 2) === 0);
  return [
    ...axis.gaps,
    ...short.map((skip) => ({ from: axis.shareAt(skip.fromTimeUs), to: axis.shareAt(skip.toTimeUs) })),
  ];
}
