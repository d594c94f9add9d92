import fc from 'fast-check';
import { BollingerBands, EMA, MACD, RSI, SMA } from 'trading-signals';
import { describe, expect, it } from 'vitest';
import { BAR_NUMBERS, BarSeries } from '../../../../../../src/lib/charts/bar-series.ts';
import { HeikinAshi } from '../../../../../../src/lib/charts/indicators/heikin-ashi.ts';
import { makeStudy } from '../../../../../../src/lib/charts/indicators/make-study.ts';
import {
  parseStudy,
  STUDY_KINDS,
  presetStudy,
  studyText,
} from '../../../../../../src/lib/charts/indicators/study-choice.ts';
import { dailyBars, tradedBars } from './real-bars.ts';

/** Lines of a reference, one number a line and bar; null = not known yet. */
type Reference = (closes: readonly number[]) => (readonly number[] | null)[];

const REFERENCES: Record<string, Reference> = {
  'sma:20': (closes) => stepped(new SMA(20), closes, (value) => [value]),
  'sma:3': (closes) => stepped(new SMA(3), closes, (value) => [value]),
  'ema:21': (closes) => stepped(new EMA(21), closes, (value) => [value]),
  'bb:20:2': (closes) =>
    stepped(new BollingerBands(20, 2), closes, ({ middle, upper, lower }) => [middle, upper, lower]),
  'rsi:14': (closes) => stepped(new RSI(14), closes, (value) => [value]),
  'macd:12:26:9': (closes) =>
    stepped(new MACD(new EMA(12), new EMA(26), new EMA(9)), closes, ({ macd, signal, histogram }) => [
      macd,
      signal,
      histogram,
    ]),
};

function stepped<Result>(
  indicator: { add(close: number): unknown; getResult(): Result | null },
  closes: readonly number[],
  linesOf: (result: Result) => number[],
): (number[] | null)[] {
  return closes.map((close) => {
    indicator.add(close);
    const result = indicator.getResult();
    return result === null || result === undefined ? null : linesOf(result);
  });
}

function seriesOf(rows: Float64Array): BarSeries {
  const series = new BarSeries();
  series.reset(rows);
  return series;
}

const closesOf = (series: BarSeries): number[] =>
  Array.from({ length: series.length }, (_, at) => series.at(series.first + at).close);

const real: [name: string, rows: Float64Array | null][] = [
  ['bars of real trades', tradedBars()],
  ['days of a real share', dailyBars()],
];

describe.each(real)('on %s', (_, rows) => {
  it.skipIf(rows === null).each(Object.keys(REFERENCES))('%s is what the reference library says', (text) => {
    const series = seriesOf(rows!);
    expect(series.length).toBeGreaterThan(100);
    const study = makeStudy(parseStudy(text)!);
    study.sync(series, 60);
    let compared = 0;
    REFERENCES[text]!(closesOf(series)).forEach((expected, slot) => {
      expected?.forEach((value, line) => {
        const ours = study.line(line)[slot]!;
        // A signal is shown later than the reference shows it: an average of one number is none yet.
        if (Number.isNaN(ours) && line > 0) return;
        expect(ours).toBeCloseTo(value, 6);
        compared += 1;
      });
      if (expected === null) expect(study.line(0)[slot]).toBeNaN();
    });
    expect(compared).toBeGreaterThan(100);
  });
});

const bar = fc
  .tuple(fc.integer({ min: 1, max: 10_000_000 }), fc.nat(500), fc.nat(500), fc.nat(1000), fc.nat(50))
  .map(([low, toOpen, toClose, more, volume]) => ({
    open: low + toOpen,
    close: low + toClose,
    high: low + Math.max(toOpen, toClose) + more,
    low,
    volume,
  }));
/** A tick: the newest bar becomes another, or the next one begins. */
const ticks = fc.array(fc.record({ isNew: fc.boolean(), bar }), { minLength: 1, maxLength: 400 });

const studies = [
  ...STUDY_KINDS.map((kind) => [studyText(presetStudy(kind)), () => makeStudy(presetStudy(kind))] as const),
  ['bb:2:1', () => makeStudy(parseStudy('bb:2:1')!)] as const,
  ['macd:26:12:1', () => makeStudy(parseStudy('macd:26:12:1')!)] as const,
  ['Heikin Ashi', () => new HeikinAshi()] as const,
];

describe.each(studies)('%s', (_, make) => {
  it('is the same tick by tick as from all bars at once, to the bit, whatever comes in at either end', () => {
    fc.assert(
      fc.property(ticks, fc.nat(40), (steps, older) => {
        const series = new BarSeries();
        const streamed = make();
        let startS = 0;
        for (const { isNew, bar } of steps) {
          if (isNew) startS += 3600;
          series.upsert(startS, bar.open, bar.high, bar.low, bar.close, bar.volume);
          streamed.sync(series, 3600);
        }
        const rows = Array.from({ length: older }, (__, at) => [(at - older) * 3600, 5, 9, 1, 4 + at, at]);
        series.prepend(Float64Array.from(rows.flat()));
        streamed.sync(series, 3600);
        const batch = make();
        batch.sync(series, 3600);
        for (let slot = series.first + series.base; slot < series.end + series.base; slot += 1) {
          streamed.columns.forEach((column, at) => expect(column[slot]).toBe(batch.columns[at]![slot]));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('works through the newest bar alone when that changes', () => {
    const series = seriesOf(tradedBars());
    const study = make();
    study.sync(series, 60);
    const before = study.columns.map((column) => column.slice());
    // Bars before the newest are not looked at: garbage in them changes nothing.
    const { close, high, low } = series.columns;
    const newest = series.at(series.end - 1);
    for (const column of [close, high, low]) column.fill(1, 0, series.length - 60);
    series.upsert(newest.startS, newest.open, newest.high, newest.low, newest.close, newest.volume);
    study.sync(series, 60);
    expect(study.columns).toEqual(before);
  });
});

it('keeps Bollinger bands exact over a hundred thousand bars of large prices', () => {
  const series = new BarSeries();
  const rows = new Float64Array(100_000 * BAR_NUMBERS);
  let price = 6_400_000_000_000;
  for (let at = 0; at < 100_000; at += 1) {
    price += ((at * 7919) % 2001) - 1000;
    rows.set([at * 60, price, price, price, price, 1], at * BAR_NUMBERS);
  }
  series.reset(rows);
  const study = makeStudy(presetStudy('bb'));
  study.sync(series, 60);
  const closes = series.columns.close.subarray(99_980, 100_000);
  const mean = closes.reduce((sum, value) => sum + (value - closes[0]!), 0) / 20;
  const squares = closes.reduce((sum, value) => sum + (value - closes[0]! - mean) ** 2, 0);
  const aside = study.line(1)[99_999]! - study.line(0)[99_999]!;
  expect(aside / (2 * Math.sqrt(squares / 20))).toBeCloseTo(1, 4);
});

describe('the bars that a study needs before one', () => {
  it.each(['sma:20', 'bb:20:2', 'ema:21', 'ema:100', 'rsi:14', 'rsi:40', 'macd:12:26:9', 'macd:30:60:9'])(
    'of %s are enough for its value to be that of all bars',
    (text) => {
      const rows = tradedBars();
      const lastOf = (bars: number): number => {
        const study = makeStudy(parseStudy(text)!);
        const series = seriesOf(rows.slice(-bars * BAR_NUMBERS));
        study.sync(series, 60);
        return study.line(0)[series.end - 1]!;
      };
      const { barsBefore } = makeStudy(parseStudy(text)!);
      const all = lastOf(rows.length / BAR_NUMBERS);
      expect(barsBefore).toBeGreaterThan(1);
      expect(barsBefore).toBeLessThan(rows.length / BAR_NUMBERS);
      const spread = Math.max(...closesOf(seriesOf(rows))) - Math.min(...closesOf(seriesOf(rows)));
      const far = (found: number): number => Math.abs(found - all) / (text.startsWith('rsi') ? 100 : spread);
      expect(far(lastOf(barsBefore + 1))).toBeLessThan(1e-3);
      // With a tenth of them it is another number, or none.
      expect(far(lastOf(Math.ceil(barsBefore / 10)))).not.toBeLessThan(1e-3);
    },
  );
});
