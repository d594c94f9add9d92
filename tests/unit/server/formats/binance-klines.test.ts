import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';
import { zipOf } from './zip-writer.ts';

const files = new RecordingFiles();
const HEADER =
  'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore';
const ROW =
  '1637971200000,0.00002853,0.00002854,0.00002851,0.00002852,36304.20000000,1637971259999,1.03547608,79,19523.00000000,0.55694227,0';

describe('Binance klines', () => {
  it('of spot have no header and become bars, let out at their end', async () => {
    const path = files.write(
      'ADABTC-1m-2021-11-27.zip',
      zipOf([{ name: 'ADABTC-1m-2021-11-27.csv', content: ROW }]),
    );
    const { recording, report } = await openRecording([path]);
    expect(playAll(recording)).toMatchObject([
      {
        type: 'bar',
        intervalSeconds: 60,
        startTimeUs: 1_637_971_200_000_000,
        venueTimeUs: 1_637_971_260_000_000,
        open: 2853,
        high: 2854,
        low: 2851,
        close: 2852,
        volume: 363_042,
      },
    ]);
    expect(recording.instruments).toMatchObject([{ venue: 'binance', symbol: 'ADABTC', currency: 'BTC' }]);
    expect(report).toMatchObject({ events: { bar: 1 }, files: [{ format: 'binance-klines', rows: 1 }] });
  });

  it('of futures have a header, and those from 2025 microseconds', async () => {
    const row = ROW.replace('1637971200000', '1738368000000000').replace('1637971259999', '1738368299999999');
    const { recording } = await openRecording([
      files.write('BTCUSDT-5m-2025-02-01.csv', `${HEADER}\n${row}\n`),
    ]);
    expect(playAll(recording)).toMatchObject([{ intervalSeconds: 300, startTimeUs: 1_738_368_000_000_000 }]);
    expect(recording.instruments).toMatchObject([{ venue: 'binance-futures', symbol: 'BTCUSDT' }]);
  });

  it.each([
    [
      'a-1m.csv',
      ROW,
      ' holds Binance klines without a symbol: expected it in the file name, as in BTCUSDT-1m-2024-08-08.csv.',
    ],
    [
      'BTCUSDT-1m-x.csv',
      ROW.replace('1637971259999', '1637971200000'),
      ', row 1, column close_time: found "1637971200000", expected a time at least a second after open_time.',
    ],
  ])('in %s are refused in a sentence', async (name, content, rest) => {
    expect(await files.refusal(content, name)).toBe(`${name}${rest}`);
  });
});
