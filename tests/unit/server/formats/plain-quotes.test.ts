import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();

async function open(name: string, content: string) {
  const { recording, report } = await openRecording([files.write(name, content)]);
  return { events: playAll(recording), instruments: recording.instruments, report };
}

describe('quotes of one instrument', () => {
  it('under a header are known by their words, the symbol by the file name', async () => {
    const { events, instruments, report } = await open(
      'truefx_USDJPY_ticks.csv',
      'timestamp,bid,ask\n2013-01-01 22:00:00.295000+00:00,86.655,86.728\n2013-01-01 22:02:35.907000+00:00,86.728,86.728\n',
    );
    expect(events).toMatchObject([
      { type: 'quote', bid: 86_655, ask: 86_728, bidSize: Number.NaN, venueTimeUs: 1_357_077_600_295_000 },
      { bid: 86_728 },
    ]);
    expect(instruments).toMatchObject([
      { venue: 'truefx', symbol: 'USDJPY', assetClass: 'fx', currency: 'JPY' },
    ]);
    expect(report).toMatchObject({ rows: 2, files: [{ format: 'quotes' }], anomalies: { locked: 1 } });
    expect(report.anomalies['times_taken_as_utc']).toBeUndefined();
  });

  it('may have sizes, and empty cells for sides without orders', async () => {
    const { events, report } = await open(
      'x_BTCUSDT.csv',
      'Time,Ask,Ask Size,Bid,Bid Size\n2024-01-01 00:00:00,10.5,2,,\n1704067201000,10.5,3,10,4\n',
    );
    expect(events).toMatchObject([
      { bid: Number.NaN, bidSize: Number.NaN, ask: 105, askSize: 2 },
      { bid: 100, bidSize: 4, ask: 105, askSize: 3, venueTimeUs: 1_704_067_201_000_000 },
    ]);
    expect(report.anomalies).toMatchObject({ one_sided: 1, times_taken_as_utc: 1 });
  });

  it('of TrueFX have the pair in each row', async () => {
    const { events, instruments } = await open(
      'a.csv',
      'EUR/USD,20090501 00:00:00.161,1.32288,1.32298\nUSD/JPY,20090501 00:00:00.162,99.1,99.2\nEUR/USD,20090501 00:00:00.163,1.32289,1.32298\n',
    );
    expect(instruments.map(({ venue, symbol }) => [venue, symbol])).toEqual([
      ['truefx', 'EURUSD'],
      ['truefx', 'USDJPY'],
    ]);
    expect(new Date(events[0]!.venueTimeUs / 1000).toISOString()).toBe('2009-05-01T00:00:00.161Z');
  });

  it('of HistData are five hours behind UTC, summer and winter', async () => {
    const { events } = await open(
      'DAT_ASCII_EURUSD_T_201207.csv',
      '20120201 000000295,1.306600,1.306770,0\n20120701 120000000,1.26,1.27,0\n',
    );
    expect(events.map(({ venueTimeUs }) => new Date(venueTimeUs / 1000).toISOString())).toEqual([
      '2012-02-01T05:00:00.295Z',
      '2012-07-01T17:00:00.000Z',
    ]);
  });

  it('with a time or a price that is none are refused in a sentence', async () => {
    expect(await files.refusal('time,bid,ask\nnoon,1,2\n', 'f')).toBe(
      'f, row 2, column time: found "noon", expected a time from 1990 to 2099, such as 2013-01-01 22:00:00.295+00:00.',
    );
    expect(await files.refusal('time,bid,ask\n2020-01-01,x,2\n', 'f')).toBe(
      'f, row 2, column bid: found "x", expected a decimal number of at most 15 digits.',
    );
  });
});
