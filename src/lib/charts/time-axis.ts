import {
  formatClock,
  formatDay,
  formatHourMinute,
  formatIsoDate,
  formatMonthYear,
  zoneOffsetS,
  type TimeZone,
} from '../format/index.ts';
import type { BarSeries } from './bar-series.ts';

export const DAY_S = 86_400;
/** Distances of labels: within a day in seconds, beyond in days, beyond in months. */
const STEPS_S = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200];
const STEPS_DAYS = [1, 2, 7, 14];
const STEPS_MONTHS = [1, 3, 6, 12, 24, 60];
const MONTH_S = 30 * DAY_S;
/** A silence is marked when it is this many bars long, and ten minutes at least. */
const HOLE_BARS = 20;
const HOLE_MIN_S = 600;

export interface TimeTick {
  index: number;
  label: string;
  /** Begins another day (or, far out, another year): written brighter, and placed first. */
  major: boolean;
}

/** A silence between two bars that stand side by side. */
export interface Hole {
  /** The bar after it. */
  index: number;
  durationS: number;
}

export interface TimeMarks {
  ticks: TimeTick[];
  holes: Hole[];
  /** Bars that begin another session, or another day of the zone where there are none, if labels are finer than days. */
  days: number[];
}

export type TimeStep = { kind: 'seconds' | 'days' | 'months'; count: number };

/** The finest step whose labels are at least `labelPx` apart when bars of `intervalS` follow each other without a gap. */
export function timeStep(intervalS: number, pxPerBar: number, labelPx: number): TimeStep {
  const spanS = (labelPx / pxPerBar) * intervalS;
  for (const count of STEPS_S) if (count >= intervalS && count >= spanS) return { kind: 'seconds', count };
  for (const count of STEPS_DAYS) if (count * DAY_S >= spanS) return { kind: 'days', count };
  for (const count of STEPS_MONTHS) if (count * MONTH_S >= spanS) return { kind: 'months', count };
  return { kind: 'months', count: 120 };
}

/** What labels depend on besides the bars. */
export interface TimeScale {
  intervalS: number;
  pxPerBar: number;
  /** Room that a label needs with the distance to the next, px. */
  labelPx: number;
  zone: TimeZone;
  /** Of the exchange whose sessions the bars are of, whatever zone times are shown in; absent = trade goes on around the clock. */
  sessionZone?: TimeZone | null;
}

/**
 * Labels and holes for the bars from `from` to before `to`. Bars stand at even distances whatever time lies between them, so
 * labels follow the bars: the first bar of each step gets one, unless it would touch another that matters more.
 */
export function timeMarks(series: BarSeries, from: number, to: number, scale: TimeScale): TimeMarks {
  const { ticks, holes, days } = scanBars(series, from, to, scale);
  return { ticks: thin(ticks, scale.labelPx / scale.pxPerBar), holes, days };
}

/** Every bar that could have a label, and the holes. Two scans that meet give the same as one over both. */
function scanBars(series: BarSeries, from: number, to: number, scale: TimeScale): TimeMarks {
  const { intervalS, zone } = scale;
  const sessionZone = scale.sessionZone ?? zone;
  const step = timeStep(intervalS, scale.pxPerBar, scale.labelPx);
  const first = Math.max(from, series.first);
  const end = Math.min(to, series.end);
  const holeS = Math.max(HOLE_MIN_S, intervalS * HOLE_BARS);
  const ticks: TimeTick[] = [];
  const holes: Hole[] = [];
  const days: number[] = [];
  if (end <= first) return { ticks, holes, days };

  let lastS = series.startAt(Math.max(first - 1, series.first));
  let offsetS = zoneOffsetS(lastS, zone);
  let sessionOffsetS = zoneOffsetS(lastS, sessionZone);
  let offsetHour = Math.floor(lastS / 3600);
  let lastBucket = bucketOf(lastS + offsetS, step);
  let lastDay = Math.floor((lastS + offsetS) / DAY_S);
  let lastSession = Math.floor((lastS + sessionOffsetS) / DAY_S);

  for (let index = first; index < end; index += 1) {
    const startS = series.startAt(index);
    if ((zone !== 'utc' || sessionZone !== 'utc') && Math.floor(startS / 3600) !== offsetHour) {
      // Offsets change on the hour at the earliest; asking for each bar would take a Date each.
      offsetS = zoneOffsetS(startS, zone);
      sessionOffsetS = zoneOffsetS(startS, sessionZone);
      offsetHour = Math.floor(startS / 3600);
    }
    const wallS = startS + offsetS;
    const bucket = bucketOf(wallS, step);
    const day = Math.floor(wallS / DAY_S);
    const session = Math.floor((startS + sessionOffsetS) / DAY_S);
    if (session !== lastSession && step.kind === 'seconds') days.push(index);
    const isHole = startS - lastS > holeS;
    if (isHole) holes.push({ index, durationS: startS - lastS });
    if (bucket !== lastBucket || (isHole && day !== lastDay)) {
      ticks.push(tickFor(index, startS, wallS, step, day !== lastDay, zone));
    }
    lastS = startS;
    lastBucket = bucket;
    lastDay = day;
    lastSession = session;
  }
  return { ticks, holes, days };
}

function bucketOf(wallS: number, step: TimeStep): number {
  if (step.kind === 'seconds') return Math.floor(wallS / step.count);
  if (step.kind === 'days') return Math.floor(wallS / DAY_S / step.count);
  const date = new Date(wallS * 1000);
  return Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / step.count);
}

function tickFor(
  index: number,
  startS: number,
  wallS: number,
  step: TimeStep,
  isNewDay: boolean,
  zone: TimeZone,
): TimeTick {
  const startUs = startS * 1e6;
  if (step.kind === 'months') {
    const isYear = new Date(wallS * 1000).getUTCMonth() < step.count && step.count >= 12;
    return {
      index,
      label: isYear ? formatIsoDate(startUs, zone).slice(0, 4) : formatMonthYear(startUs, zone),
      major: new Date(wallS * 1000).getUTCMonth() === 0,
    };
  }
  if (step.kind === 'days') {
    return { index, label: formatDay(startUs, zone), major: new Date(wallS * 1000).getUTCDate() === 1 };
  }
  if (isNewDay) return { index, label: formatDay(startUs, zone), major: true };
  const label = step.count < 60 ? formatClock(startUs, zone) : formatHourMinute(startUs, zone);
  return { index, label, major: false };
}

/** Drops labels that would touch: majors keep their place before others, earlier ones before later ones. */
function thin(candidates: readonly TimeTick[], apartBars: number): TimeTick[] {
  // A little less than a whole distance: a step of exactly that many bars must survive rounding.
  const apart = apartBars * 0.8;
  const kept: TimeTick[] = [];
  for (const tick of candidates) {
    if (!tick.major) continue;
    const last = kept.at(-1);
    if (last === undefined || tick.index - last.index >= apart) kept.push(tick);
  }
  const majors = kept.map((tick) => tick.index);
  let nextMajor = 0;
  let lastIndex = Number.NEGATIVE_INFINITY;
  const placed: TimeTick[] = [];
  for (const tick of candidates) {
    while (nextMajor < majors.length && majors[nextMajor] < tick.index) nextMajor += 1;
    const isKeptMajor = nextMajor < majors.length && majors[nextMajor] === tick.index;
    if (!isKeptMajor) {
      if (tick.major || tick.index - lastIndex < apart) continue;
      if (nextMajor < majors.length && majors[nextMajor] - tick.index < apart) continue;
    }
    placed.push(tick);
    lastIndex = tick.index;
  }
  return placed;
}

/**
 * Remembers the marks of a stretch three views wide, so that panning works them out once a screen and not once a frame, and
 * streaming looks at new bars only.
 */
export class TimeMarksCache {
  #marks: TimeMarks = { ticks: [], holes: [], days: [] };
  /** Labels before any was dropped for want of room. */
  #candidates: TimeTick[] = [];
  #key = '';
  #from = 0;
  #to = 0;
  #end = 0;

  marks(series: BarSeries, from: number, to: number, scale: TimeScale): TimeMarks {
    const { intervalS, pxPerBar, labelPx, zone } = scale;
    const key = `${series.generation} ${intervalS} ${pxPerBar} ${labelPx} ${zone} ${scale.sessionZone ?? ''}`;
    const isOutside = from < this.#from || Math.min(to, series.end) > this.#to;
    if (key !== this.#key || isOutside || series.end < this.#end) {
      const margin = to - from;
      this.#from = from - margin;
      this.#to = to + margin;
      this.#key = key;
      this.#candidates = [];
      this.#marks = { ticks: [], holes: [], days: [] };
      this.#scan(series, this.#from, scale);
    } else if (series.end > this.#end && this.#end < this.#to) {
      this.#scan(series, this.#end, scale);
    }
    return this.#marks;
  }

  #scan(series: BarSeries, from: number, scale: TimeScale): void {
    const { ticks, holes, days } = scanBars(series, from, this.#to, scale);
    this.#end = series.end;
    if (ticks.length === 0 && holes.length === 0 && days.length === 0) return;
    this.#candidates.push(...ticks);
    this.#marks = {
      ticks: thin(this.#candidates, scale.labelPx / scale.pxPerBar),
      holes: [...this.#marks.holes, ...holes],
      days: [...this.#marks.days, ...days],
    };
  }
}
