import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles, tradeRow, TRADES_HEADER } from './recording-files.ts';

const files = new RecordingFiles();

async function lenient(content: string) {
  const { recording } = await openRecording([files.write('x.csv', content)], { strict: false });
  return playAll(recording);
}

describe('broken rows of a known layout', () => {
  it('stop nothing: they are left out, counted and told', async () => {
    const rows = [
      tradeRow(),
      tradeRow({ price: 'x' }),
      'one,two',
      tradeRow({ id: 3 }),
      '"open,1',
      tradeRow({ id: 4 }),
    ];
    const path = files.write('t.csv', [TRADES_HEADER, ...rows].join('\n'));
    const { recording, report } = await openRecording([path], { strict: false });
    expect(playAll(recording).map((event) => event.type === 'trade' && event.tradeId)).toEqual([
      '1',
      '3',
      '4',
    ]);
    expect(report.rows).toBe(6);
    expect(report.broken).toEqual({
      rows: 3,
      first: [
        `${path}, row 3, column price: found "x", expected a decimal number of at most 15 digits.`,
        `${path}, row 4: found 2 cells, expected 8.`,
        `${path}, row 6, has a quote that is not closed before the next comma: expected a quoted cell.`,
      ],
    });
    await expect(openRecording([path], { strict: true })).rejects.toThrow('row 3, column price');
  });

  it('leave nothing of themselves in the rows that follow', async () => {
    const header =
      'exchange,symbol,timestamp,local_timestamp,bids[0].price,bids[0].amount,asks[0].price,asks[0].amount';
    const time = 1_723_075_200_000_000;
    const row = (...levels: string[]) => ['v', 'S', time, time, ...levels].join(',');
    const events = await lenient([header, row('1', '2', 'x', '1'), row('3', '4', '5', '6')].join('\n'));
    expect(events).toMatchObject([{ type: 'book', bids: [3, 4], asks: [5, 6] }]);
  });

  it('of frames, one a line, are left out too', async () => {
    const data = {
      e: 'trade',
      E: 1_723_075_200_000,
      s: 'BTCUSDT',
      t: 1,
      p: '1.5',
      q: '2',
      T: 1_723_075_200_000,
      m: true,
    };
    const frame = JSON.stringify({ stream: 'btcusdt@trade', data });
    const path = files.write(
      'c.jsonl',
      [`1723075200000000000 ${frame}`, '1723075200000000000 {broken', `1723075200000000000 ${frame}`].join(
        '\n',
      ),
    );
    const { report } = await openRecording([path], { strict: false });
    expect([report.rows, report.broken.rows]).toEqual([3, 1]);
    await expect(openRecording([path], { strict: true })).rejects.toThrow('row 2');
  });

  it('make no recording where there is no other', async () => {
    const path = files.write('t.csv', [TRADES_HEADER, tradeRow({ price: 'x' }), 'one,two'].join('\n'));
    await expect(openRecording([path], { strict: false })).rejects.toThrow('row 2, column price');
  });
});
