import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';
import { zipOf } from './zip-writer.ts';

const files = new RecordingFiles();
const iso = (timeUs: number) => new Date(timeUs / 1000).toISOString();

async function open(members: Record<string, string>, name = 'lean.zip') {
  const parts = Object.entries(members).map(([member, content]) => ({ name: member, content }));
  const { recording, report } = await openRecording([files.write(name, zipOf(parts))]);
  return { recording, events: playAll(recording), report };
}

describe('bars of QuantConnect Lean', () => {
  it('of trades are let out at their end, in New York’s time and in ten-thousandths', async () => {
    const { recording, events, report } = await open({
      '20230803_spy_minute_trade.csv':
        '14400000,4479100,4504600,4478600,4479800,8369\n14460000,4480700,4480900,4479300,4479300,377\n',
    });
    expect(events).toMatchObject([
      {
        type: 'bar',
        intervalSeconds: 60,
        open: 44_791,
        high: 45_046,
        low: 44_786,
        close: 44_798,
        volume: 8369,
      },
      {
        type: 'bar',
        intervalSeconds: 60,
        open: 44_807,
        high: 44_809,
        low: 44_793,
        close: 44_793,
        volume: 377,
      },
    ]);
    const [bar] = events;
    expect(bar?.type === 'bar' && iso(bar.startTimeUs)).toBe('2023-08-03T08:00:00.000Z');
    expect(iso(bar!.venueTimeUs)).toBe('2023-08-03T08:01:00.000Z');
    expect(iso(recording.firstTimeUs)).toBe('2023-08-03T08:01:00.000Z');
    expect(report).toMatchObject({ rows: 2, events: { trade: 0, quote: 0, book: 0, bar: 2 } });
  });

  it('may have fractional volumes beside whole seconds', async () => {
    const { events } = await open({ '20161007_btcusd_second_trade.csv': '0,1.5,1.5,1.5,1.5,0.00000123\n' });
    expect(events).toMatchObject([{ type: 'bar', intervalSeconds: 1, open: 15, volume: 123 }]);
  });

  it('of days begin at midnight UTC, those of hours in the zone', async () => {
    const days = await open({
      'spy.csv':
        '19980102 00:00,973100,976200,964100,974300,150\n19980105 00:00,973100,976200,964100,974300,2\n',
    });
    expect(
      days.events.map((bar) => bar.type === 'bar' && [iso(bar.startTimeUs), bar.intervalSeconds]),
    ).toEqual([
      ['1998-01-02T00:00:00.000Z', 86_400],
      ['1998-01-05T00:00:00.000Z', 86_400],
    ]);
    const hours = await open({
      'spy.csv':
        '19980102 00:00,973100,976200,964100,974300,150\n19980102 01:00,973100,976200,964100,974300,2\n',
    });
    expect(
      hours.events.map((bar) => bar.type === 'bar' && [iso(bar.startTimeUs), bar.intervalSeconds]),
    ).toEqual([
      ['1998-01-02T05:00:00.000Z', 3_600],
      ['1998-01-02T06:00:00.000Z', 3_600],
    ]);
  });

  it('of a single row are days at midnight and hours at any other time', async () => {
    const row = (time: string) => `${time},973100,976200,964100,974300,150\n`;
    const seconds = async (time: string) => {
      const [bar] = (await open({ 'spy.csv': row(time) })).events;
      return bar?.type === 'bar' ? bar.intervalSeconds : 0;
    };
    expect(await seconds('19980102 00:00')).toBe(86_400);
    expect(await seconds('19980102 09:00')).toBe(3_600);
  });

  it('of quotes of a share are played as the quote at their end', async () => {
    const { events, report } = await open({
      '20230803_spy_minute_quote.csv':
        '14400000,4477700,4501300,4477700,4479900,100,4478800,4531100,4478500,4480700,500\n14460000,,,,,,4480700,4483900,4479500,4480500,1900\n',
    });
    expect(events).toMatchObject([
      { type: 'quote', bid: 44_799, bidSize: 100, ask: 44_807, askSize: 500 },
      { type: 'quote', bid: Number.NaN, bidSize: Number.NaN, ask: 44_805, askSize: 1900 },
    ]);
    expect(iso(events[0]!.venueTimeUs)).toBe('2023-08-03T08:01:00.000Z');
    expect(report).toMatchObject({
      rows: 2,
      events: { quote: 2, bar: 0 },
      anomalies: { one_sided: 1, quote_bars_as_close: 2 },
    });
  });

  it('of quotes of a currency are also bars of the middle, exactly', async () => {
    const { events, report } = await open({
      '20140508_eurusd_minute_quote.csv': '0,1.1,1.3,1.05,1.2,0,1.1002,1.3003,1.0504,1.2001,0\n',
    });
    expect(events).toMatchObject([
      { type: 'quote', bid: 120_000, ask: 120_010 },
      {
        type: 'bar',
        open: 110_010,
        high: 130_015,
        low: 105_020,
        close: 120_005,
        volume: 0,
        intervalSeconds: 60,
      },
    ]);
    expect(report.events).toEqual({ trade: 0, quote: 1, book: 0, bar: 1 });
  });

  it('whose sizes went through a float are rounded to what a float keeps, and counted', async () => {
    const { events, report } = await open({
      '20180404_btceur_minute_quote.csv':
        '0,6000.1,6000.1,6000.1,6000.1,0.060000000000000005,6001,6001,6001,6001,1.4758166499999998\n60000,1,1,1,1,1234567.12345678,2,2,2,2,1\n',
    });
    expect(events).toMatchObject([
      { type: 'quote', bidSize: 6_000_000, askSize: 147_581_665 },
      { bidSize: 123_456_712_345_678 },
    ]);
    expect(report.anomalies).toMatchObject({ float_noise_rounded: 2 });
  });

  it('stand beside trades of the same instrument in one recording', async () => {
    const { recording, events } = await open({
      '20131008_spy_Trade_Tick.csv': '14400500,1674100,100,P,2000,0\n',
      '20131008_spy_second_trade.csv': '14400000,1674000,1674100,1674000,1674100,100\n',
    });
    expect(events.map(({ type }) => type)).toEqual(['trade', 'bar']);
    expect(recording.instruments).toHaveLength(1);
    expect(recording.indexAt(recording.firstTimeUs)).toBe(1);
    expect(
      recording
        .density(60_000_000)
        .flatMap(({ counts }) => counts)
        .reduce((sum, count) => sum + count),
    ).toBe(2);
    expect(recording.timeOfEvent(1)).toBe(recording.lastTimeUs);
  });

  it.each([
    [
      'a date that is none',
      'spy.csv',
      '19980102 00:00,1,1,1,1,1\n1998-01-05,1,1,1,1,1\n',
      'row 2, column time: found "1998-01-05", expected a time such as 20131008 09:00.',
    ],
    [
      'a volume below 0',
      'spy.csv',
      '19980102 00:00,1,1,1,1,-1\n',
      'row 1, column volume: found "-1", expected a size of 0 or more.',
    ],
  ])('with %s are refused in a sentence', async (_, member, content, rest) => {
    expect(await files.refusal(zipOf([{ name: member, content }]), 'f.zip')).toBe(
      `f.zip (${member}), ${rest}`,
    );
  });
});
