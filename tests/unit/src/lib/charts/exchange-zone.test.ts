import { describe, expect, it } from 'vitest';
import type { AssetClass, DictionaryEntry } from '../../../../../src/protocol/index.ts';
import { BarSeries } from '../../../../../src/lib/charts/bar-series.ts';
import { exchangeZone } from '../../../../../src/lib/charts/exchange-zone.ts';
import { timeMarks } from '../../../../../src/lib/charts/time-axis.ts';
import {
  formatClock,
  formatDateTime,
  formatIsoDate,
  zoneLabel,
  zoneOffsetS,
} from '../../../../../src/lib/format/index.ts';
import { countingRows } from './rows.ts';

const of = (assetClass: AssetClass, currency: string) =>
  exchangeZone({ assetClass, currency } as DictionaryEntry);
const NEW_YORK = 'America/New_York';

describe('times of an exchange', () => {
  it('are known where shares and futures keep the hours of a city', () => {
    expect(of('equity', 'USD')).toBe(NEW_YORK);
    expect(of('index', 'JPY')).toBe('Asia/Tokyo');
    expect(of('future', 'USD')).toBe('America/Chicago');
    expect([of('crypto', 'USD'), of('fx', 'USD'), of('equity', 'EUR')]).toEqual([null, null, null]);
  });

  it('follow the summer time of the place, to the second', () => {
    const before = Date.UTC(2026, 2, 8, 6, 59, 59) / 1000;
    expect(zoneOffsetS(before, NEW_YORK)).toBe(-5 * 3600);
    expect(zoneOffsetS(before + 1, NEW_YORK)).toBe(-4 * 3600);
    expect(zoneOffsetS(before, 'Asia/Kolkata')).toBe(5.5 * 3600);
    expect(formatClock(before * 1e6, NEW_YORK)).toBe('01:59:59');
    expect(formatClock((before + 1) * 1e6, NEW_YORK)).toBe('03:00:00');
    expect(formatDateTime(Date.UTC(2026, 0, 1, 3, 4, 5, 678) * 1000, NEW_YORK)).toBe(
      '2025-12-31 22:04:05.678',
    );
    expect(formatIsoDate(Date.UTC(2026, 0, 1, 3) * 1000, NEW_YORK)).toBe('2025-12-31');
    expect(zoneLabel(NEW_YORK)).toBe('New York');
  });

  it('begin a day of the chart at midnight there', () => {
    const series = new BarSeries();
    series.reset(countingRows(48 * 4, Date.UTC(2026, 6, 13) / 1000, 900));
    const scale = { intervalS: 900, pxPerBar: 8, labelPx: 84 };
    const utc = timeMarks(series, 0, series.end, { ...scale, zone: 'utc' });
    const there = timeMarks(series, 0, series.end, { ...scale, zone: NEW_YORK });
    expect(utc.days).toEqual([96]);
    expect(there.days).toEqual([16, 112]);
    expect(there.ticks.find(({ index }) => index === 112)?.label).toBe('Jul 14');
  });
});
