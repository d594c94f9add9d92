import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();

async function open(name: string, content: string | Uint8Array) {
  const { recording, report } = await openRecording([files.write(name, content)]);
  return { events: playAll(recording), instruments: recording.instruments, report };
}
const ta4j = (...ends: number[]) =>
  JSON.stringify({
    name: 'ETH/USD_PT5M@BinanceUS',
    ohlc: ends.map((endTime) => ({
      endTime,
      openPrice: 1673.58,
      highPrice: 1677.62,
      lowPrice: 1672.44,
      closePrice: 1672.99,
      volume: 65.3033,
      amount: 0,
    })),
  });

describe('bars in JSON', () => {
  it('of ta4j are stamped with their last moment and let out at their end', async () => {
    const { events, instruments, report } = await open('x.json', ta4j(1_678_730_699_999, 1_678_730_999_999));
    expect(events).toMatchObject([
      {
        type: 'bar',
        intervalSeconds: 300,
        startTimeUs: 1_678_730_400_000_000,
        venueTimeUs: 1_678_730_700_000_000,
        open: 167_358,
        high: 167_762,
        low: 167_244,
        close: 167_299,
        volume: 653_033,
      },
      { venueTimeUs: 1_678_731_000_000_000 },
    ]);
    expect(instruments).toMatchObject([
      { venue: 'binanceus', symbol: 'ETHUSD', assetClass: 'crypto', currency: 'USD' },
    ]);
    expect(report).toMatchObject({ rows: 2, events: { bar: 2 }, files: [{ format: 'ta4j-bars' }] });
  });

  it.each([
    [
      'Binance',
      [1_704_067_200_000, '1.50', '3.00', '0.50', '2.00', '7', 1_704_067_259_999, '9', 4, '1', '2', '0'],
    ],
    ['Coinbase', [1_704_067_200, 0.5, 3, 1.5, 2, 7]],
    ['Bitfinex', [1_704_067_200_000, 1.5, 2, 3, 0.5, 7]],
  ])('as %s answers them are understood, whatever the order of their prices', async (_, bar) => {
    const second = [Number(bar[0]) + (String(bar[0]).length === 10 ? 60 : 60_000), ...bar.slice(1)];
    const { events } = await open('BTCUSDT.json', JSON.stringify([bar, second]));
    const numbers = { open: 15, high: 30, low: 5, close: 20, volume: 7, intervalSeconds: 60 };
    expect(events).toMatchObject([{ ...numbers, startTimeUs: 1_704_067_200_000_000 }, numbers]);
  });

  it('of freqtrade are arrays stamped with their start, whose numbers keep all decimals', async () => {
    const content =
      '[[1638316800000, 1e-8, 0.00000003, 1e-08, 0.00000002, 123456789.12345], [1638316860000,2,2,2,2,0]]';
    const { events, instruments } = await open('ADA_BTC-1m.json', gzipSync(content));
    expect(events).toMatchObject([
      {
        startTimeUs: 1_638_316_800_000_000,
        intervalSeconds: 60,
        open: 1,
        high: 3,
        close: 2,
        volume: 12_345_678_912_345,
      },
      { open: 200_000_000 },
    ]);
    expect(instruments).toMatchObject([{ tick: { units: 1, decimals: 8 } }]);
  });

  it.each([
    [
      'cut off',
      ta4j(1_678_730_699_999).slice(0, -5),
      /^f is damaged: expected a whole JSON document of bars \(.*\)\.$/,
    ],
    [
      'with a price that is none',
      ta4j(1_678_730_699_999).replace('1677.62', '"high"'),
      /^f, bar 1, price: found "high", expected a decimal number of at most 15 digits\.$/,
    ],
    [
      'without a price',
      ta4j(1_678_730_699_999).replace('lowPrice', 'low'),
      /^f, bar 1, lowPrice: found nothing, expected a number\.$/,
    ],
    [
      'of rows that are short',
      '[[1638316800000,1,1,1,1,1],[1638316860000]]',
      /^f, bar 2, row: found .*, expected time, open, high, low, close, volume\.$/,
    ],
  ])('%s are refused in a sentence', async (_, content, sentence) => {
    expect(await files.refusal(content, 'f')).toMatch(sentence);
  });
});
