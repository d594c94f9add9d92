import { describe, expect, it } from 'vitest';
import { instrumentId, LIMITS, type WireBar } from '#protocol';
import { BarHistory } from '../../../../server/timelines/bar-history.ts';
import { testTimeline, trade, type TestTimeline } from '../../../support/test-timeline.ts';

const ID = instrumentId(0);
const M = 60;
/** 2026-10-01T12:00:00Z, where a test's clock begins. */
const NOON_S = 1_790_856_000;

const wireBar = (startS: number, price: number, volume = 1): WireBar => ({
  startS,
  open: price,
  high: price,
  low: price,
  close: price,
  volume,
});

/** A timeline with one trade a minute from noon on, and a source that has the minutes before, the last in progress. */
function historyOf(minutes: number, past: number): TestTimeline & { history: BarHistory; asked: number[][] } {
  const parts = testTimeline({ symbols: ['A'] });
  for (let minute = 0; minute < minutes; minute += 1)
    parts.engine.onEvent(trade(0, (NOON_S + minute * M + 30) * 1_000_000, 100 + minute, 2));
  const bars = Array.from({ length: past }, (_, index) =>
    wireBar(NOON_S - (past - 1 - index) * M, 50 + index, 7),
  );
  const asked: number[][] = [];
  parts.source.past = (_, intervalS, beforeS, count) => {
    asked.push([intervalS, beforeS, count]);
    return Promise.resolve(bars.filter((bar) => bar.startS < beforeS).slice(-count));
  };
  return { ...parts, history: new BarHistory(parts.engine, parts.source), asked };
}

const starts = (bars: readonly WireBar[]): number[] => bars.map((bar) => (bar.startS - NOON_S) / M);

describe('BarHistory', () => {
  it('[HI2] joins what the source remembers and what was seen since, and knows whether there is more', async () => {
    const { history } = historyOf(3, 4);
    expect(await history.bars(ID, M, undefined, 10)).toMatchObject({ more: false });
    const { bars, more } = await history.bars(ID, M, undefined, 5);
    expect([starts(bars), more]).toEqual([[-2, -1, 0, 1, 2], true]);
    expect(starts((await history.bars(ID, M, NOON_S, 2)).bars)).toEqual([-2, -1]);
    expect(await history.bars(ID, M, NOON_S - 10 * M, 2)).toEqual({ bars: [], more: false });
  });

  it('completes the bar that was in progress at the start, once', async () => {
    const { history, engine } = historyOf(1, 2);
    await Promise.all([history.bars(ID, M, undefined, 2), history.bars(ID, M, undefined, 2)]);
    const [bar] = engine.bars.range(M, 0, 0, Infinity, 1);
    expect(bar).toEqual({ startS: NOON_S, open: 51, high: 100, low: 51, close: 100, volume: 9 });
  });

  it('answers with its own bars where the source fails, counts it, and asks again the next time', async () => {
    const { history, engine, source } = historyOf(2, 3);
    const { past } = source;
    source.past = () => Promise.reject(new Error('the venue is asleep'));
    expect(await history.bars(ID, M, undefined, 9)).toMatchObject({
      bars: [{ volume: 2 }, { volume: 2 }],
      more: false,
    });
    expect(engine.counters.get('history_failed')).toBe(2);
    source.past = past;
    expect(starts((await history.bars(ID, M, undefined, 9)).bars)).toEqual([-2, -1, 0, 1]);
    expect(engine.bars.range(M, 0, 0, Infinity, 9)[0]).toMatchObject({ volume: 9 });
  });

  it.each<[string, () => unknown]>([
    [
      'throws at once',
      () => {
        throw new Error('no');
      },
    ],
    ['answers with nothing', () => Promise.resolve(undefined)],
    ['answers with text', () => Promise.resolve('bars')],
  ])('is not brought down by a source that %s', async (_, past) => {
    const { history, source } = historyOf(1, 0);
    source.past = past as typeof source.past;
    expect(await history.bars(ID, M, undefined, 9)).toMatchObject({ bars: [{ volume: 2 }] });
  });

  it('leaves out bars that are none, that are too new or that nobody asked for', async () => {
    const { history, engine, source } = historyOf(1, 0);
    source.past = () =>
      Promise.resolve([
        ...Array.from({ length: 50 }, (_, index) => wireBar(NOON_S - (60 - index) * M, 1)),
        { ...wireBar(NOON_S - M, 1), close: NaN },
        wireBar(NOON_S + 500 * M, 1),
      ]);
    const { bars, more } = await history.bars(ID, M, NOON_S + M, 3);
    expect([starts(bars), more]).toEqual([[-12, -11, 0], true]);
    expect(engine.counters.get('bad_history_bar')).toBeGreaterThan(0);
  });

  it('does not ask the source for what it has itself', async () => {
    const { history, asked } = historyOf(5, 3);
    await history.bars(ID, M, undefined, 2);
    expect(asked).toHaveLength(1);
    await history.bars(ID, M, undefined, 2);
    expect(asked).toHaveLength(1);
    history.clear();
    await history.bars(ID, M, undefined, 2);
    expect(asked).toHaveLength(2);
  });

  it('[HI8] merges bars that start in the same multiple of the step, each of them whole', async () => {
    const { history } = historyOf(3, 40);
    const { bars, more } = await history.merged(ID, M, undefined, 3, 15);
    expect([starts(bars), more]).toEqual([[-30, -15, 0], true]);
    // A quarter of an hour of minutes that close at 50 + n, the last of which is noon's.
    expect(bars[1]).toEqual({ startS: NOON_S - 15 * M, open: 74, high: 88, low: 74, close: 88, volume: 105 });
    expect(bars[2]).toMatchObject({ open: 89, high: 102, low: 89, close: 102, volume: 13 });
    const cut = await history.merged(ID, M, NOON_S - M, 9, 15);
    expect([starts(cut.bars), cut.more]).toEqual([[-45, -30], false]);
  });

  it('[HI8] merges days into weeks that begin on Mondays', async () => {
    const { history, source } = historyOf(0, 0);
    const DAY_S = 86_400;
    /** Thursday, 1 October 2026. */
    const firstS = Date.UTC(2026, 9, 1) / 1000;
    const days = Array.from({ length: 15 }, (_, at) => wireBar(firstS + at * DAY_S, 100 + at));
    source.past = (_, intervalS, beforeS) =>
      Promise.resolve(intervalS === DAY_S ? days.filter(({ startS }) => startS < beforeS) : []);
    const dates = (bars: readonly { startS: number }[]) =>
      bars.map(({ startS }) => new Date(startS * 1000).toISOString().slice(0, 10));
    const { bars } = await history.merged(ID, DAY_S, firstS + 15 * DAY_S, 9, 7);
    expect(dates(bars)).toEqual(['2026-09-28', '2026-10-05']);
    const all = await history.merged(ID, DAY_S, undefined, 9, 7);
    expect(dates(all.bars)).toEqual(['2026-09-28', '2026-10-05', '2026-10-12']);
  });

  it('[HI8] reads no more bars for an answer than the limit allows, and says that there are more', async () => {
    const { history, asked } = historyOf(0, 70_000);
    const { bars, more } = await history.merged(ID, M, undefined, LIMITS.historyRowsMax, 60);
    expect([bars.length, more]).toEqual([LIMITS.historyMergedMax / 60, true]);
    expect(Math.max(...asked.map(([, , count]) => count!))).toBeLessThanOrEqual(LIMITS.historyRowsMax + 1);
    const older = await history.merged(ID, M, bars[0]!.startS, LIMITS.historyRowsMax, 60);
    expect(older.more).toBe(false);
    expect(older.bars.at(-1)!.startS).toBe(bars[0]!.startS - 60 * M);
    const volume = [...older.bars, ...bars].reduce((sum, bar) => sum + bar.volume, 0);
    expect(volume).toBe(70_000 * 7);
  });
});
