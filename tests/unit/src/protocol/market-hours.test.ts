import { describe, expect, it } from 'vitest';
import {
  closingSentence,
  MarketHours,
  tradingHours,
  type AssetClass,
} from '../../../../src/protocol/index.ts';

const us = (iso: string): number => Date.parse(iso) * 1000;
const of = (assetClass: AssetClass, currency: string) => ({ assetClass, currency });
const SHARE = of('equity', 'USD');
const YEN = of('equity', 'JPY');

/** What is said at an instant of an instrument without a trade; empty = it trades. */
function said(instrument: ReturnType<typeof of>, iso: string, tradeIso = ''): string {
  const traded = tradeIso === '' ? Number.NaN : us(tradeIso);
  const closing = new MarketHours().closing(instrument, us(iso), traded);
  return closing === null
    ? ''
    : `${closingSentence(closing)} ${new Date(closing.timeUs / 1000).toISOString().slice(0, 16)}`;
}

describe('the hours of an exchange', () => {
  it('begin and end to the second, by its own clock', () => {
    const thursday = 'Closed 16:00 New York. 2026-11-12T21:00';
    expect(said(SHARE, '2026-11-13T14:29:59Z')).toBe(thursday);
    expect(said(SHARE, '2026-11-13T14:30:00Z')).toBe('');
    expect(said(SHARE, '2026-11-13T20:59:59.999Z')).toBe('');
    expect(said(SHARE, '2026-11-13T21:00:00Z')).toBe('Closed 16:00 New York. 2026-11-13T21:00');
  });

  it('have no Saturday and no Sunday', () => {
    for (const iso of ['2026-11-14T16:00:00Z', '2026-11-15T16:00:00Z', '2026-11-16T14:29:00Z'])
      expect(said(SHARE, iso), iso).toBe('Closed 16:00 New York. 2026-11-13T21:00');
    expect(said(SHARE, '2026-11-16T14:30:00Z')).toBe('');
  });

  it('come an hour earlier once the clocks have gone forward, and the close before keeps its time', () => {
    // Sunday 8 March 2026, 2:00 in New York.
    expect(said(SHARE, '2026-03-06T14:29:00Z')).not.toBe('');
    expect(said(SHARE, '2026-03-06T14:30:00Z')).toBe('');
    for (const iso of ['2026-03-08T06:59:00Z', '2026-03-08T07:01:00Z', '2026-03-09T13:29:00Z'])
      expect(said(SHARE, iso), iso).toBe('Closed 16:00 New York. 2026-03-06T21:00');
    expect(said(SHARE, '2026-03-09T13:30:00Z')).toBe('');
    expect(said(SHARE, '2026-03-09T20:00:00Z')).toBe('Closed 16:00 New York. 2026-03-09T20:00');
  });

  it('come an hour later once the clocks have gone back, and the close before keeps its time', () => {
    // Sunday 1 November 2026, 2:00 in New York.
    expect(said(SHARE, '2026-10-30T19:59:00Z')).toBe('');
    for (const iso of ['2026-11-01T05:59:00Z', '2026-11-01T06:01:00Z', '2026-11-02T14:29:00Z'])
      expect(said(SHARE, iso), iso).toBe('Closed 16:00 New York. 2026-10-30T20:00');
    expect(said(SHARE, '2026-11-02T14:30:00Z')).toBe('');
    expect(said(of('equity', 'GBP'), '2026-10-26T16:29:00Z')).toBe('');
    // In pence too, as feeds and brokers write them.
    for (const code of ['GBP', 'GBX', 'GBp'])
      expect(said(of('equity', code), '2026-10-26T16:30:00Z')).toBe('Closed 16:30 London. 2026-10-26T16:30');
  });

  it('have a lunch break in Tokyo, and a day that ends before it has begun in New York', () => {
    expect(said(YEN, '2026-11-13T02:29:00Z')).toBe('');
    expect(said(YEN, '2026-11-13T02:30:00Z')).toBe('Closed 11:30 Tokyo. 2026-11-13T02:30');
    expect(said(YEN, '2026-11-13T03:30:00Z')).toBe('');
    expect(said(YEN, '2026-11-13T06:30:00Z')).toBe('Closed 15:30 Tokyo. 2026-11-13T06:30');
    expect(said(of('index', 'HKD'), '2026-11-13T08:00:00Z')).toBe('Closed 16:00 Hong Kong. 2026-11-13T08:00');
  });

  it('are not known of what never closes, and of what closes by product or by place', () => {
    for (const it of [
      of('crypto', 'USD'),
      of('fx', 'USD'),
      of('future', 'USD'),
      of('equity', 'EUR'),
      of('index', 'constructor'),
    ]) {
      expect(tradingHours(it)).toBeNull();
      expect(said(it, '2026-11-14T16:00:00Z')).toBe('');
    }
    expect(new MarketHours().closing(SHARE, 0, Number.NaN)).toBeNull();
  });
});

describe('an instrument outside the hours', () => {
  const closed = 'Closed 16:00 New York. 2026-11-13T21:00';

  it('is closed while trades of the closing auction still come', () => {
    expect(said(SHARE, '2026-11-13T21:02:01Z', '2026-11-13T21:02:00Z')).toBe(closed);
  });

  it('is not closed while it trades on, and is again a quarter of an hour after its last trade', () => {
    const late = '2026-11-13T21:30:00Z';
    expect(said(SHARE, '2026-11-13T21:44:59Z', late)).toBe('');
    expect(said(SHARE, '2026-11-13T21:45:00Z', late)).toBe(closed);
  });

  it('asks the clock of an exchange anew when the time jumps back, as a replay does', () => {
    const hours = new MarketHours();
    expect(hours.closing(SHARE, us('2026-11-13T22:00:00Z'), Number.NaN)?.clock).toBe('16:00');
    expect(hours.closing(SHARE, us('2026-11-13T20:00:00Z'), Number.NaN)).toBeNull();
    expect(hours.closing(YEN, us('2026-11-13T20:00:00Z'), Number.NaN)?.clock).toBe('15:30');
  });
});
