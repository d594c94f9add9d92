import { expect, it, vi } from 'vitest';
import { BAR_NUMBERS, BarSeries } from '../../../../../../src/lib/charts/bar-series.ts';
import { DayOpener } from '../../../../../../src/lib/charts/indicators/day-opening.ts';
import { Vwap } from '../../../../../../src/lib/charts/indicators/vwap.ts';
import type { BarsQuery } from '../../../../../../src/lib/state/market.ts';
import { rowsOf } from '../rows.ts';

const DAY_S = 86_400;
/** Some day, and the bars of it and of the day before. */
const TODAY_S = 20_000 * DAY_S;

/** One bar each `stepS` from `fromS` on, all different. */
function bars(stepS: number, fromS: number, toS: number): Float64Array {
  const rows: number[][] = [];
  for (let startS = fromS; startS < toS; startS += stepS) {
    const base = 1_000 + ((startS / stepS) % 97);
    rows.push([startS, base, base + 5, base - 3, base + 1, 1 + ((startS / stepS) % 13)]);
  }
  return rowsOf(...(rows as [number, number, number, number, number, number][]));
}

/** A server with all bars of an instrument. */
function history(stepS: number) {
  const all = bars(stepS, TODAY_S - DAY_S, TODAY_S + DAY_S);
  const asked: BarsQuery[] = [];
  const answers: (() => void)[] = [];
  const state = { isHere: true };
  return {
    asked,
    state,
    all,
    answer: () => answers.splice(0).forEach((run) => run()),
    ask(query: BarsQuery, take: (rows: Float64Array | null, more: boolean) => void): () => void {
      asked.push(query);
      let isWanted = true;
      answers.push(() => {
        if (!isWanted) return;
        if (!state.isHere) return take(null, false);
        const rows: number[] = [];
        for (let at = 0; at < all.length; at += BAR_NUMBERS)
          if (all[at]! < query.beforeS!) rows.push(...all.subarray(at, at + BAR_NUMBERS));
        take(Float64Array.from(rows.slice(-query.count * BAR_NUMBERS)), true);
      });
      return () => (isWanted = false);
    },
  };
}

function from(all: Float64Array, startS: number, toS = Number.POSITIVE_INFINITY): Float64Array {
  const rows: number[] = [];
  for (let at = 0; at < all.length; at += BAR_NUMBERS)
    if (all[at]! >= startS && all[at]! < toS) rows.push(...all.subarray(at, at + BAR_NUMBERS));
  return Float64Array.from(rows);
}

/** Average prices by start of bar. */
function lineOf(
  series: BarSeries,
  stepS: number,
  opener: DayOpener | null,
  vwap = new Vwap(),
): Map<number, number> {
  vwap.open(opener?.openingOf(series, stepS) ?? null);
  vwap.sync(series, stepS);
  const line = new Map<number, number>();
  for (let index = series.first; index < series.end; index += 1)
    line.set(series.startAt(index), vwap.line(0)[index + series.base]!);
  return line;
}

function seriesOf(rows: Float64Array): BarSeries {
  const series = new BarSeries();
  series.reset(rows);
  return series;
}

it.each([60, 300, 900, 3600])('counts from the start of the day, to the bit: bars of %i s', (stepS) => {
  const server = history(stepS);
  const onFound = vi.fn<() => void>();
  const opener = new DayOpener(server.ask, onFound);
  const series = seriesOf(from(server.all, TODAY_S + 8 * 3600));
  expect([...lineOf(series, stepS, opener).values()].every(Number.isNaN)).toBe(true);
  server.answer();
  expect(onFound).toHaveBeenCalledTimes(1);
  const whole = lineOf(seriesOf(server.all), stepS, null);
  for (const [startS, value] of lineOf(series, stepS, opener)) expect(value).toBe(whole.get(startS));
  expect(server.asked).toHaveLength(1);
});

it('knows seconds by the minutes before them, and says nothing of the rest of a minute that is not whole', () => {
  const minutes = history(60);
  const opener = new DayOpener(minutes.ask, () => {});
  const firstS = TODAY_S + 3 * 3600 + 20;
  const series = seriesOf(bars(5, firstS, firstS + 300));
  lineOf(series, 5, opener);
  minutes.answer();
  expect(minutes.asked).toEqual([{ interval: '1m', step: 1, beforeS: TODAY_S + 3 * 3600 + 60, count: 181 }]);
  const line = lineOf(series, 5, opener);
  expect(line.get(firstS + 35)).toBeNaN();
  const before = lineOf(seriesOf(from(minutes.all, TODAY_S, TODAY_S + 3 * 3600 + 60)), 60, null);
  const minute = before.get(TODAY_S + 3 * 3600)!;
  expect(Math.abs(line.get(firstS + 40)! - minute)).toBeLessThan(1);
});

it('keeps the line while older bars come in front, and asks anew for another day alone', () => {
  const server = history(60);
  const opener = new DayOpener(server.ask, () => {});
  const series = seriesOf(from(server.all, TODAY_S + 8 * 3600));
  const vwap = new Vwap();
  lineOf(series, 60, opener, vwap);
  server.answer();
  const before = lineOf(series, 60, opener, vwap);
  series.prepend(from(server.all, TODAY_S + 3600, TODAY_S + 8 * 3600));
  const after = lineOf(series, 60, opener, vwap);
  for (const [startS, value] of before) expect(after.get(startS)).toBeCloseTo(value, 8);
  expect(server.asked).toHaveLength(1);
  series.prepend(from(server.all, TODAY_S - 3600, TODAY_S + 3600));
  const further = lineOf(series, 60, opener, vwap);
  for (const [startS, value] of before) expect(further.get(startS)).toBeCloseTo(value, 8);
  expect(further.get(TODAY_S - 60)).toBeNaN();
  server.answer();
  const whole = lineOf(seriesOf(server.all), 60, null);
  expect(lineOf(series, 60, opener, vwap).get(TODAY_S - 60)).toBe(whole.get(TODAY_S - 60));
});

it.each([3600, 3 * 3600])(
  'begins anew with longer bars, which may reach over where it ended: from second %i on',
  (afterS) => {
    const server = history(60);
    const opener = new DayOpener(server.ask, () => {});
    lineOf(seriesOf(from(server.all, TODAY_S + 3 * 3600)), 60, opener);
    server.answer();
    const merged = seriesOf(from(history(900).all, TODAY_S + afterS));
    expect([...lineOf(merged, 900, opener).values()].every(Number.isNaN)).toBe(true);
    expect(server.asked.at(-1)).toEqual({
      interval: '15m',
      step: 1,
      beforeS: TODAY_S + afterS,
      count: afterS / 900,
    });
  },
);

it('asks again when there was no answer, and when the bars may be others', () => {
  const server = history(60);
  let nowMs = 0;
  const opener = new DayOpener(
    server.ask,
    () => {},
    () => nowMs,
  );
  const series = seriesOf(from(server.all, TODAY_S + 8 * 3600));
  server.state.isHere = false;
  lineOf(series, 60, opener);
  server.answer();
  lineOf(series, 60, opener);
  expect(server.asked).toHaveLength(1);
  nowMs = 2_000;
  server.state.isHere = true;
  lineOf(series, 60, opener);
  expect(server.asked).toHaveLength(2);
  server.answer();
  const known = lineOf(series, 60, opener);
  opener.renew();
  // What is known stays until the answer.
  expect(lineOf(series, 60, opener)).toEqual(known);
  expect(server.asked).toHaveLength(3);
});

it('needs nothing where the day begins with the oldest bar, and for bars of a day', () => {
  const server = history(3600);
  const opener = new DayOpener(server.ask, () => {});
  expect(opener.openingOf(seriesOf(from(server.all, TODAY_S)), 3600)).toBeNull();
  expect(opener.openingOf(seriesOf(rowsOf([TODAY_S + 5, 1, 1, 1, 1, 1])), DAY_S)).toBeNull();
  expect(opener.openingOf(new BarSeries(), 60)).toBeNull();
  expect(server.asked).toEqual([]);
});
