import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();
const HEADER = 'exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount';
const quote = (cells: string) => `huobi-dm-swap,BTC-USD,1588291201099000,1588291201234268,${cells}`;

describe('Tardis quotes', () => {
  it('are read in their own order of columns: ask size, ask, bid, bid size', async () => {
    const events = await files.events(`${HEADER}\n${quote('5494,8629.3,8629.2,806')}\n`);
    expect(events).toEqual([
      {
        type: 'quote',
        instrument: 0,
        venueTimeUs: 1_588_291_201_099_000,
        receiveTimeUs: 1_588_291_201_234_268,
        bid: 86_292,
        bidSize: 806,
        ask: 86_293,
        askSize: 5494,
      },
    ]);
  });

  it('have no number where the cell is empty, and are counted as one-sided, crossed or locked', async () => {
    const rows = ['1,10,,', ',,9.5,2', '1,10,10.5,2', '1,10,10.0,2', '1,11,10,2'].map(quote);
    const { recording, report } = await openRecording([files.write('q.csv', [HEADER, ...rows].join('\n'))]);
    const events = playAll(recording);
    expect(events[0]).toMatchObject({ bid: Number.NaN, bidSize: Number.NaN, ask: 100, askSize: 1 });
    expect(events[1]).toMatchObject({ bid: 95, bidSize: 2, ask: Number.NaN, askSize: Number.NaN });
    expect(report.anomalies).toMatchObject({ one_sided: 2, crossed: 1, locked: 1, same_local_us: 4 });
  });
});
