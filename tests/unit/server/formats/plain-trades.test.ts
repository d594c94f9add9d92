import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();

async function open(name: string, content: string) {
  const { recording, report } = await openRecording([files.write(name, content)]);
  return { events: playAll(recording), instruments: recording.instruments, report };
}

describe('trades in columns of any names', () => {
  it('without a header are time, price, size and side', async () => {
    const { events, instruments, report } = await open(
      'binance_BTCUSDT_trades_2020-11-16.csv',
      '1605499846,15993.5,0.026472,ANY\n1605499846,15994.96,0.227,SELL\n',
    );
    expect(events).toMatchObject([
      {
        type: 'trade',
        price: 1_599_350,
        size: 26_472,
        aggressor: 0,
        tradeId: '',
        venueTimeUs: 1_605_499_846_000_000,
      },
      { aggressor: 2 },
    ]);
    expect(instruments).toMatchObject([{ venue: 'binance', symbol: 'BTCUSDT', assetClass: 'crypto' }]);
    expect(report).toMatchObject({ rows: 2, events: { trade: 2 }, files: [{ format: 'trades' }] });
  });

  it('under a header may name venue, symbol, side and id', async () => {
    const { events, instruments, report } = await open(
      'x.csv',
      'Venue,Pair,Trade ID,Px,Qty,Side,Datetime\na,BTC/USD,7,1.5,2,b,2024-01-01 00:00:00.25\nb,ETH-USD,x1,3,0,S,2024-01-01T00:00:01Z\n',
    );
    expect(events).toMatchObject([{ price: 15, size: 2, aggressor: 1, tradeId: '7' }]);
    expect(instruments.map(({ venue, symbol }) => `${venue}:${symbol}`)).toEqual(['a:BTCUSD']);
    expect(report.anomalies).toMatchObject({ zero_qty: 1, times_taken_as_utc: 1 });
  });

  it('are kept where the word for a side is not understood, which is told', async () => {
    const { recording, report } = await openRecording([
      files.write('f', 'time,price,size,side\n1605499846,1,1,left\n'),
    ]);
    expect(playAll(recording)).toMatchObject([{ type: 'trade', aggressor: 0 }]);
    expect(report.anomalies).toMatchObject({ sides_not_understood: 1 });
  });

  it.each([
    [
      'time,price,size\nnoon,1,1\n',
      'f, row 2, column time: found "noon", expected a time from 1990 to 2099, such as 1605499846 or 2020-11-16T04:10:46Z.',
    ],
    [
      'time,price,size\n1605499846,1,-1\n',
      'f, row 2, column size: found "-1", expected a size of 0 or more.',
    ],
  ])('are refused in a sentence: %j', async (content, sentence) => {
    expect(await files.refusal(content, 'f')).toBe(sentence);
  });
});
