import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();

const level = (index: number) =>
  `asks[${index}].price,asks[${index}].amount,bids[${index}].price,bids[${index}].amount`;
const HEADER = 'exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount';
const row = (symbol: string, local: number, cells: string) =>
  `deribit,${symbol},1723075200000000,${1_723_075_200_000_000 + local},${cells}`;

describe('Tardis book_snapshot_N', () => {
  it('becomes one snapshot a row, of any depth, without the levels that are empty', async () => {
    const content = [
      `exchange,symbol,timestamp,local_timestamp,${level(0)},${level(1)},${level(2)}`,
      'a,B-USD,1723075200000000,1723075200000001,10.5,1,10.25,2,11,3,10,4,12,5,,',
      'a,B-USD,1723075200000000,1723075200000002,10.5,1,11,2,,,10,4,,,,',
    ].join('\n');
    const { recording, report } = await openRecording([files.write('b.csv', content)]);
    expect(report.files[0]?.format).toBe('tardis-book-snapshot');
    expect(report.anomalies).toMatchObject({ crossed: 1, locked: 0 });
    expect(playAll(recording)).toMatchObject([
      { type: 'book', snapshot: true, bids: [1025, 2, 1000, 4], asks: [1050, 1, 1100, 3, 1200, 5] },
      { type: 'book', snapshot: true, bids: [1100, 2, 1000, 4], asks: [1050, 1] },
    ]);
  });
});

describe('Tardis incremental_book_L2', () => {
  it('becomes one event for each message, a run of rows with the same stamp and symbol', async () => {
    const content = [
      HEADER,
      row('A', 1, 'true,ask,11,1'),
      row('A', 1, 'true,bid,10,2'),
      row('A', 1, 'true,ask,12,3'),
      row('A', 1, 'false,bid,10,0'),
      row('A', 2, 'false,bid,9.5,4'),
      row('A', 2, 'false,ask,11,0'),
      row('B', 2, 'false,bid,1,1'),
      row('A', 2, 'false,bid,9,1'),
      row('A', 3, 'True,bid,9,1'),
    ].join('\n');
    const { recording, report } = await openRecording([files.write('i.csv', content)]);
    expect(report).toMatchObject({ rows: 9, events: { trade: 0, quote: 0, book: 6, bar: 0 } });
    const events = playAll(recording);
    expect(events.map(({ receiveTimeUs }) => receiveTimeUs - 1_723_075_200_000_000)).toEqual([
      1, 1, 2, 2, 2, 3,
    ]);
    expect(events).toMatchObject([
      { instrument: 0, snapshot: true, bids: [100, 2], asks: [110, 1, 120, 3] },
      { instrument: 0, snapshot: false, bids: [100, 0], asks: [] },
      { instrument: 0, snapshot: false, bids: [95, 4], asks: [110, 0] },
      { instrument: 1, snapshot: false, bids: [1, 1], asks: [] },
      { instrument: 0, snapshot: false, bids: [90, 1], asks: [] },
      { instrument: 0, snapshot: true, bids: [90, 1], asks: [] },
    ]);
  });
});
