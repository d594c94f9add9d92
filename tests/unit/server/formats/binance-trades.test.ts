import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();

describe('Binance dumps', () => {
  it('of spot trades have no header; a buyer who was maker means that the seller was the aggressor', async () => {
    const content = [
      '3735703161,61602.02000000,0.00491000,302.46591820,1723161905687,True,True',
      '3735703162,61602.03000000,0.00536000,330.18688080,1723161905800,False,True',
    ].join('\n');
    const events = await files.events(content, 'BTCUSDT-trades-2024-08-08.csv');
    expect(events).toMatchObject([
      {
        price: 6_160_202,
        size: 491,
        aggressor: 2,
        tradeId: '3735703161',
        venueTimeUs: 1_723_161_905_687_000,
        receiveTimeUs: 1_723_161_905_687_000,
      },
      { price: 6_160_203, size: 536, aggressor: 1 },
    ]);
  });

  it('from 2025 are stamped in microseconds', async () => {
    const events = await files.events(
      '1,2,3,6,1738368000000123,true,true\n',
      'ETHUSDT-trades-2025-02-01.csv',
    );
    expect(events).toMatchObject([{ venueTimeUs: 1_738_368_000_000_123 }]);
  });

  it('of aggregated trades are told apart by where the time stands', async () => {
    const row = '26129,0.01633102,4.70443515,27781,27783,1723161905687,true';
    for (const content of [row, `${row},true`]) {
      const path = files.write('ETHBTC-aggTrades-2024-08-08.csv', content);
      const { recording, report } = await openRecording([path]);
      expect(report.files[0]).toMatchObject({ format: 'binance-agg-trades', rows: 1 });
      expect(recording.instruments).toMatchObject([{ venue: 'binance', symbol: 'ETHBTC', currency: 'BTC' }]);
    }
  });

  it('of futures have a header', async () => {
    const header = 'id,price,qty,quote_qty,time,is_buyer_maker';
    const content = `${header}\n1,2.5,3,6,1723161905687,false\n`;
    const open = async (name: string) => (await openRecording([files.write(name, content)])).recording;
    expect((await open('BTCUSDT-trades-2024-08.csv')).instruments).toMatchObject([
      { venue: 'binance-futures', symbol: 'BTCUSDT' },
    ]);
    expect((await open('BTCUSD_PERP-trades-2024-08.csv')).instruments).toMatchObject([
      { venue: 'binance-delivery', symbol: 'BTCUSD_PERP' },
    ]);
  });

  it('say nothing of latency, having one time only', async () => {
    const path = files.write('BTCUSDT-trades-1.csv', '1,2,3,6,1723161905687,true,true\n');
    const { report } = await openRecording([path]);
    expect(report.anomalies).not.toHaveProperty('negative_latency_rows');
    expect(report.anomalies).not.toHaveProperty('same_local_us');
  });

  it('are refused when the file name does not tell the symbol', async () => {
    expect(await files.refusal('1,2,3,6,1723161905687,true,true\n', 'dump.csv')).toBe(
      'dump.csv holds Binance trades without a symbol: expected it in the file name, as in BTCUSDT-trades-2024-08-08.csv.',
    );
  });

  it('name the row and column of a broken value', async () => {
    const content = '1,2,3,6,1723161905687,true,true\n2,2,3,6,1723161905687,maybe,true\n';
    expect(await files.refusal(content, 'BTCUSDT-trades-1.csv')).toBe(
      'BTCUSDT-trades-1.csv, row 2, column is_buyer_maker: found "maybe", expected true or false.',
    );
  });
});
