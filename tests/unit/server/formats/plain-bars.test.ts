import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();

async function open(name: string, content: string) {
  const { recording, report } = await openRecording([files.write(name, content)]);
  return { events: playAll(recording), instruments: recording.instruments, report };
}
const seconds = ({ events }: Awaited<ReturnType<typeof open>>) =>
  events.map((event) => event.type === 'bar' && event.intervalSeconds);

describe('bars under a header', () => {
  it('of dates are days, let out at their end', async () => {
    const opened = await open(
      'AAPL_2013.csv',
      'date,open,high,low,close,volume\n2013-01-02,553.82,555.00,541.63,549.03,20018500\n2013-01-03,547.88,549.67,541.00,542.10,12605900\n',
    );
    expect(opened.events).toMatchObject([
      { type: 'bar', open: 55_382, high: 55_500, low: 54_163, close: 54_903, volume: 20_018_500 },
      { open: 54_788 },
    ]);
    expect(seconds(opened)).toEqual([86_400, 86_400]);
    expect(opened.events.map(({ venueTimeUs }) => venueTimeUs)).toEqual([
      Date.UTC(2013, 0, 3) * 1000,
      Date.UTC(2013, 0, 4) * 1000,
    ]);
    expect(opened.report).toMatchObject({ rows: 2, events: { bar: 2 }, files: [{ format: 'bars' }] });
    expect(opened.instruments).toMatchObject([{ symbol: 'AAPL' }]);
  });

  it('are as long as the shortest step between rows, gaps being longer', async () => {
    const rows = ['10:00', '10:30', '10:31', '10:45'].map((time) => `2024-01-02 ${time}:00,1,1,1,1,1`);
    const opened = await open('x_ABC.csv', ['Timestamp_UTC,Open,High,Low,Close,Volume', ...rows].join('\n'));
    expect(seconds(opened)).toEqual([60, 60, 60, 60]);
    expect(opened.report.anomalies).toMatchObject({ holes: 2, max_gap_s: 1800 });
    expect(opened.report.anomalies['times_taken_as_utc']).toBeUndefined();
  });

  it('are as long as the file name says', async () => {
    const opened = await open('ABC_5m_2024.csv', 'time,open,high,low,close\n2024-01-02 10:00:00,2,3,1,2\n');
    expect(seconds(opened)).toEqual([300]);
    expect(opened.events).toMatchObject([{ volume: 0 }]);
    expect(opened.report.anomalies).toMatchObject({ times_taken_as_utc: 1 });
  });

  it('of more rows than wait for the step come in their order', async () => {
    const rows = Array.from({ length: 200 }, (_, row) => `${1_704_067_200 + row * 60},${row + 1},300,0,1,1`);
    const opened = await open('ABC.csv', ['time,open,high,low,close,volume', ...rows].join('\n'));
    expect(opened.events.map((event) => event.type === 'bar' && event.open)).toEqual(
      rows.map((_, row) => row + 1),
    );
    expect(new Set(seconds(opened))).toEqual(new Set([60]));
  });

  it('with a time or a price that is none are refused in a sentence', async () => {
    const header = 'date,open,high,low,close,volume';
    expect(await files.refusal(`${header}\n2013-02-31,1,1,1,1,1\n`, 'f')).toBe(
      'f, row 2, column date: found "2013-02-31", expected a time from 1990 to 2099, such as 2013-01-02 or 2024-01-01 23:01:00.',
    );
    expect(await files.refusal(`${header}\n2013-02-03,1,null,1,1,1\n`, 'f')).toBe(
      'f, row 2, column high: found "null", expected a decimal number of at most 15 digits.',
    );
  });
});
