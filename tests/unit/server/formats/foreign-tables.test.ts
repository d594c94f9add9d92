import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { RecordingFiles } from './recording-files.ts';
import { zipOf } from './zip-writer.ts';

const files = new RecordingFiles();

describe('tables of vendors that hold no market data', () => {
  const METRICS =
    'create_time,symbol,sum_open_interest,sum_open_interest_value\n2024-01-01 00:05:00,BTCUSDT,7,9\n';

  it.each([
    [
      'Tardis derivative_ticker',
      'exchange,symbol,timestamp,local_timestamp,funding_timestamp,funding_rate,mark_price\n',
    ],
    ['Binance metrics', METRICS],
    [
      'Binance fundingRate',
      'calc_time,funding_interval_hours,last_funding_rate\n1704067200000,8,0.00037409\n',
    ],
    // It has open, high, low and close, and the hour in a column of its own.
    [
      'Binance EOHSummary',
      'date,hour,symbol,open,high,low,close,volume_contracts,mark_iv\n2023-10-23,1,X,1,2,1,1,1,1\n',
    ],
  ])('are refused by their names: %s', async (name, content) => {
    const opened = openRecording([files.write('x.csv', content)], { strict: false });
    await expect(opened).rejects.toThrow(`x.csv is a table of ${name}`);
  });

  it('are skipped in an archive, and listed', async () => {
    const trades = 'id,price,qty,quote_qty,time,is_buyer_maker\n1,2.5,1,2.5,1704067200076,true\n';
    const { recording, report } = await openRecording(
      [
        files.write(
          'x.zip',
          zipOf([
            { name: 'm.csv', content: METRICS },
            { name: 'BTCUSDT-trades-2024-01-01.csv', content: trades },
          ]),
        ),
      ],
      { strict: false },
    );
    expect(recording.events).toBe(1);
    expect(report.skipped).toMatchObject([{ member: 'm.csv' }]);
  });
});
