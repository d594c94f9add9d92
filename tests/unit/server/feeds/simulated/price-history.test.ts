import { BAR_INTERVAL_SECONDS, LIMITS, type WireBar } from '#protocol';
import { describe, expect, it } from 'vitest';
import { type Simulation, createSimulation } from '../../../../../server/feeds/simulated/simulation.ts';

/** 2026-10-01T13:37:12.345678Z: on no boundary of any interval. */
const START_US = 1_790_861_832_345_678;
const START_S = START_US / 1_000_000;
const INTERVALS_S = Object.values(BAR_INTERVAL_SECONDS);
/** BTC-USD, EUR/USD, a coarse tick (ZN, VIX), and an invented one. */
const INSTRUMENTS = [0, 3, 23, 24, 50];

const simulationAt = (startTimeUs: number, seed = 3): Simulation =>
  createSimulation({ seed, symbols: 60, eventsPerSecond: 1_000, startTimeUs });
const simulation = simulationAt(START_US);

function aggregate(bars: readonly WireBar[], intervalS: number): WireBar[] {
  const out: WireBar[] = [];
  for (const bar of bars) {
    const startS = Math.floor(bar.startS / intervalS) * intervalS;
    const last = out.at(-1);
    if (last === undefined || last.startS !== startS) {
      out.push({ ...bar, startS });
      continue;
    }
    last.high = Math.max(last.high, bar.high);
    last.low = Math.min(last.low, bar.low);
    last.close = bar.close;
    last.volume += bar.volume;
  }
  return out;
}

function faultOf(bars: readonly WireBar[], intervalS: number): string | null {
  let before: WireBar | undefined;
  for (const bar of bars) {
    const { startS, open, high, low, close, volume } = bar;
    if (![startS, open, high, low, close, volume].every(Number.isSafeInteger))
      return `not whole: ${JSON.stringify(bar)}`;
    if (low <= 0 || volume < 0) return `not positive: ${JSON.stringify(bar)}`;
    if (high < Math.max(open, close) || low > Math.min(open, close))
      return `impossible: ${JSON.stringify(bar)}`;
    if (startS % intervalS !== 0) return `off the grid: ${startS}`;
    if (before !== undefined && (startS !== before.startS + intervalS || open !== before.close))
      return `not joined to the bar before: ${JSON.stringify(bar)}`;
    before = bar;
  }
  return null;
}

describe('the history of a simulation', () => {
  it.each(INTERVALS_S)('has sound, joined bars of %i s that end at the start price', (intervalS) => {
    for (const index of INSTRUMENTS) {
      const bars = simulation.history(index, intervalS, Infinity, 1_000);
      expect(bars).toHaveLength(1_000);
      expect(faultOf(bars, intervalS)).toBeNull();
      const last = bars.at(-1)!;
      expect(last.startS).toBeLessThan(START_S);
      expect(last.startS + intervalS).toBeGreaterThan(START_S);
      expect(last.close).toBe(simulation.history(index, 1, Infinity, 1)[0]!.close);
    }
  });

  it.each([
    [1, 5, 5_000],
    [1, 60, 5_000],
    [60, 300, 5_000],
    [60, 900, 5_000],
    [60, 3_600, 5_000],
    [900, 3_600, 5_000],
    [3_600, 86_400, 5_000],
    [60, 86_400, 5_000],
  ])('makes bars of %i s add up to its bars of %i s', (shortS, longS, count) => {
    for (const index of INSTRUMENTS) {
      const summed = aggregate(simulation.history(index, shortS, Infinity, count), longS).slice(1);
      const asked = simulation.history(index, longS, Infinity, summed.length);
      expect(asked).toEqual(summed);
    }
  });

  it('does not depend on what was asked before, or in which pieces', () => {
    const inPieces: WireBar[] = [];
    const fresh = simulationAt(START_US);
    for (let beforeS = Infinity; inPieces.length < 900; beforeS = inPieces[0]!.startS)
      inPieces.unshift(...fresh.history(0, 300, beforeS, 150));
    expect(inPieces).toEqual(simulation.history(0, 300, Infinity, 900));
  });

  it('is another one for another seed', () => {
    expect(simulationAt(START_US, 4).history(0, 60, Infinity, 50)).not.toEqual(
      simulation.history(0, 60, Infinity, 50),
    );
  });

  it('starts each bar before the time asked for, and counts back from there', () => {
    const beforeS = 1_790_850_000;
    const bars = simulation.history(0, 60, beforeS, 10);
    expect(bars.map((bar) => bar.startS)).toEqual(
      Array.from({ length: 10 }, (_, at) => beforeS - 60 * (10 - at)),
    );
    expect(simulation.history(0, 60, beforeS + 1, 1)[0]!.startS).toBe(beforeS);
  });

  it('knows nothing after the start, and has no broken bar when the start lies on a boundary', () => {
    const midnightS = 1_790_812_800;
    const clean = simulationAt(midnightS * 1_000_000);
    for (const intervalS of INTERVALS_S) {
      const last = clean.history(0, intervalS, Infinity, 1)[0]!;
      expect(last.startS).toBe(midnightS - intervalS);
    }
    expect(faultOf(clean.history(0, 3_600, Infinity, 100), 3_600)).toBeNull();
  });

  it('cuts the bar that the start falls in, with less than its share of volume', () => {
    const [before, cut] = simulation.history(0, 86_400, Infinity, 2);
    expect(cut!.startS).toBe(1_790_812_800);
    expect(cut!.volume).toBeLessThan(before!.volume);
    expect(cut!.volume).toBeGreaterThan(0);
  });

  it('runs out in the past instead of inventing without end', () => {
    const years = simulation.history(0, 86_400, Infinity, LIMITS.historyRowsMax);
    expect(years.length).toBe(3_000);
    expect(faultOf(years, 86_400)).toBeNull();
    expect(simulation.history(0, 86_400, years[0]!.startS, 10)).toEqual([]);
    const oldest = simulation.history(0, 3_600, years[0]!.startS + 86_400, 100);
    expect(oldest).toHaveLength(24);
    expect(simulation.history(0, 60, 0, 10)).toEqual([]);
  });

  it.each([
    ['an unknown instrument', [99, 60, Infinity, 10]],
    ['an interval that no bar has', [0, 7, Infinity, 10]],
    ['no bars', [0, 60, Infinity, 0]],
    ['a number of bars that is no number', [0, 60, Infinity, Number.NaN]],
    ['a time that is no number', [0, 60, Number.NaN, 10]],
  ] as const)('answers a question for %s with nothing', (_, [index, intervalS, beforeS, count]) => {
    expect(simulation.history(index, intervalS, beforeS, count)).toEqual([]);
  });

  it('never answers with more than the protocol carries', () => {
    expect(simulation.history(0, 60, Infinity, 1e9)).toHaveLength(LIMITS.historyRowsMax);
  });

  it('keeps prices within sight of the start price for years', () => {
    for (let index = 0; index < 60; index += 1) {
      const bars = simulation.history(index, 86_400, Infinity, 2_000);
      const closes = bars.map((bar) => bar.close / bars.at(-1)!.close);
      expect(Math.min(...closes)).toBeGreaterThan(0.05);
      expect(Math.max(...closes)).toBeLessThan(20);
    }
  });

  it('trades more when New York is awake', () => {
    const hours = simulation.history(1, 3_600, Infinity, 24 * 60);
    const volumeAt = (hour: number): number =>
      hours.filter((bar) => (bar.startS / 3_600) % 24 === hour).reduce((sum, bar) => sum + bar.volume, 0);
    expect(volumeAt(14)).toBeGreaterThan(3 * volumeAt(3));
  });

  it('rarely stands still: most minutes of a fine tick have a range', () => {
    const minutes = simulation.history(0, 60, Infinity, 2_000);
    expect(minutes.filter((bar) => bar.high > bar.low).length).toBeGreaterThan(1_980);
  });
});

describe('the statistics at the start', () => {
  it('are those of the last 24 h of the history', () => {
    for (const index of INSTRUMENTS) {
      const minutes = simulation
        .history(index, 60, Infinity, 1_500)
        .filter((bar) => bar.startS >= Math.floor((START_S - 86_400) / 60) * 60);
      const seen: unknown[] = [];
      simulation.emitFirst({
        onEvent(event) {
          if (event.type === 'statistics' && event.instrument === index)
            seen.push({ open: event.open, high: event.high, low: event.low, volume: event.volume });
        },
      });
      expect(seen).toEqual([
        {
          open: minutes[0]!.open,
          high: Math.max(...minutes.map((bar) => bar.high)),
          low: Math.min(...minutes.map((bar) => bar.low)),
          volume: minutes.reduce((sum, bar) => sum + bar.volume, 0),
        },
      ]);
    }
  });
});
