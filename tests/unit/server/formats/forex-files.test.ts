import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();

async function open(name: string, rows: string[]) {
  const { recording, report } = await openRecording([files.write(name, rows.join('\n'))], { strict: true });
  return { events: playAll(recording), instruments: recording.instruments, report };
}
const us = (iso: string) => Date.parse(iso) * 1000;

describe('HistData', () => {
  it('bars of a minute are in UTC-5, in summer too', async () => {
    const { events, instruments, report } = await open('DAT_ASCII_EURUSD_M1_201207.csv', [
      '20120701 170000;1.266410;1.266450;1.266380;1.266400;0',
      '20120701 170300;1.266400;1.266450;1.266390;1.266440;0',
    ]);
    expect(instruments).toMatchObject([{ symbol: 'EURUSD', assetClass: 'fx', tick: { decimals: 5 } }]);
    expect(events).toMatchObject([
      {
        type: 'bar',
        open: 126_641,
        low: 126_638,
        intervalSeconds: 60,
        startTimeUs: us('2012-07-01T22:00:00Z'),
      },
      { startTimeUs: us('2012-07-01T22:03:00Z'), receiveTimeUs: us('2012-07-01T22:04:00Z') },
    ]);
    expect(report.anomalies['times_taken_as_utc'] ?? 0).toBe(0);
    expect(report.files[0]!.mapping).toContain('time=#1:iso@Etc/GMT+5');
  });
});

describe('Dukascopy', () => {
  it('ticks of JForex have the day before the month', async () => {
    const { events } = await open('EURUSD_Ticks_2020.02.01_2020.02.02.csv', [
      'Gmt time,Ask,Bid,AskVolume,BidVolume',
      '02.01.2020 22:00:12.345,1.12121,1.12110,1.5,0.75',
      '31.01.2020 22:00:13.001,1.12120,1.12110,1.5,0.75',
    ]);
    expect(events).toMatchObject([
      {
        type: 'quote',
        bid: 112_110,
        bidSize: 75,
        ask: 112_121,
        askSize: 150,
        venueTimeUs: us('2020-01-02T22:00:12.345Z'),
      },
      { venueTimeUs: us('2020-01-31T22:00:13.001Z') },
    ]);
  });

  it('local times say how far they are from Greenwich', async () => {
    const { events, report } = await open('EURUSD_Candlestick_1_M_BID_02.01.2020-03.01.2020.csv', [
      'Local time,Open,High,Low,Close,Volume',
      '02.01.2020 00:00:00.000 GMT+0100,1.12120,1.12130,1.12110,1.12120,45.75',
      '02.01.2020 00:01:00.000 GMT+0100,1.12120,1.12130,1.12110,1.12120,0',
    ]);
    expect(events).toMatchObject([
      { type: 'bar', startTimeUs: us('2020-01-01T23:00:00Z'), intervalSeconds: 60, volume: 4_575 },
      { volume: 0 },
    ]);
    expect(report.anomalies['times_taken_as_utc'] ?? 0).toBe(0);
  });

  it('ticks of dukascopy-node have the pair in small letters in their name', async () => {
    const { events, instruments } = await open('eurusd-tick-2019-01-02-2019-01-03.csv', [
      'timestamp,askPrice,bidPrice,askVolume,bidVolume',
      '1546466400321,1.13471,1.13462,0.75,1',
    ]);
    expect(instruments).toMatchObject([{ symbol: 'EURUSD', assetClass: 'fx' }]);
    expect(events).toMatchObject([{ bid: 113_462, askSize: 75, venueTimeUs: 1_546_466_400_321_000 }]);
  });

  it('dates that are none are refused', async () => {
    const rows = ['Gmt time,Ask,Bid,AskVolume,BidVolume', '31.02.2020 22:00:12.345,1.1,1.1,1,1'];
    expect(await files.refusal(rows.join('\n'))).toContain(
      'found "31.02.2020 22:00:12.345", expected a time',
    );
  });
});
