import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles, tradeRow, TRADES_HEADER } from './recording-files.ts';

const files = new RecordingFiles();

/** Seconds after 2024-08-08T00:00:00Z as microseconds since 1970. */
const at = (seconds: number) => 1_723_075_200_000_000 + seconds * 1_000_000;

describe('Tardis trades', () => {
  it('become trades in ticks and lots of the finest decimals that the instrument shows', async () => {
    const rows = [
      tradeRow({ price: '63943.90', amount: '0.003', side: 'sell', id: '5182005737' }),
      tradeRow({ price: '63943.95', amount: '12', side: 'buy', id: '5182005738' }),
    ];
    const { recording } = await openRecording([files.write('a.csv', [TRADES_HEADER, ...rows].join('\n'))]);
    expect(recording.instruments).toEqual([
      {
        venue: 'binance',
        symbol: 'BTCUSDT',
        name: 'BTCUSDT',
        assetClass: 'crypto',
        currency: 'USDT',
        tick: { units: 1, decimals: 2 },
        lot: { units: 1, decimals: 3 },
      },
    ]);
    expect(playAll(recording)).toEqual([
      {
        type: 'trade',
        instrument: 0,
        venueTimeUs: 1_723_075_200_000_000,
        receiveTimeUs: 1_723_075_200_100_000,
        price: 6_394_390,
        size: 3,
        aggressor: 2,
        tradeId: '5182005737',
      },
      {
        type: 'trade',
        instrument: 0,
        venueTimeUs: 1_723_075_200_000_000,
        receiveTimeUs: 1_723_075_200_100_000,
        price: 6_394_395,
        size: 12_000,
        aggressor: 1,
        tradeId: '5182005738',
      },
    ]);
  });

  it('keep ids as text: UUIDs, leading zeros, numbers beyond 2^53, none', async () => {
    const ids = ['ccc3c1fa-212c-e8b0-1706-9b9c4f3d5ecf', '007', '18446744073709551615', '', '0', '42'];
    const rows = ids.map((id) => tradeRow({ id }));
    const events = await files.events([TRADES_HEADER, ...rows].join('\n'));
    expect(events.map((event) => event.type === 'trade' && event.tradeId)).toEqual(ids);
  });

  it('have their columns found by name, in any order, beside others and with quotes and CRLF', async () => {
    const content = [
      '"note",amount,price,side,id,symbol,exchange,local_timestamp,timestamp',
      '"x, y",2,10.5,"unknown",9,"ETH-USD",coinbase,1723075200000001,1723075200000000',
    ].join('\r\n');
    expect(await files.events(content)).toMatchObject([
      { price: 105, size: 2, aggressor: 0, tradeId: '9', venueTimeUs: 1_723_075_200_000_000 },
    ]);
  });

  it('need no id column, and a missing time equals the other one', async () => {
    const header = 'exchange,symbol,timestamp,local_timestamp,side,price,amount';
    const events = await files.events(
      `${header}\na,B,,1723075200000005,,1,1\na,B,1723075200000007,,sell,1,1\n`,
    );
    expect(events).toMatchObject([
      { venueTimeUs: 1_723_075_200_000_005, receiveTimeUs: 1_723_075_200_000_005, aggressor: 0, tradeId: '' },
      { venueTimeUs: 1_723_075_200_000_007, receiveTimeUs: 1_723_075_200_000_007 },
    ]);
  });

  it('of one symbol on two venues are two instruments, the busier first', async () => {
    const rows = [
      tradeRow({ exchange: 'binance', price: '1.5' }),
      tradeRow({ exchange: 'binance-futures', price: '1.25' }),
      tradeRow({ exchange: 'binance-futures', price: '1' }),
    ];
    const { recording } = await openRecording([files.write('a.csv', [TRADES_HEADER, ...rows].join('\n'))]);
    expect(recording.instruments.map(({ venue, tick }) => [venue, tick.decimals])).toEqual([
      ['binance-futures', 2],
      ['binance', 1],
    ]);
    expect(playAll(recording)).toMatchObject([
      { instrument: 1, price: 15 },
      { instrument: 0, price: 125 },
      { instrument: 0, price: 100 },
    ]);
  });

  it('keep file order, whatever the stamps say', async () => {
    const stamps = [5, 3, 3, 9, 8];
    const rows = stamps.map((stamp, id) => tradeRow({ local_timestamp: 1_723_075_200_000_000 + stamp, id }));
    const { recording, report } = await openRecording([
      files.write('a.csv', [TRADES_HEADER, ...rows].join('\n')),
    ]);
    const ids = playAll(recording).map((event) => event.type === 'trade' && event.tradeId);
    expect(ids).toEqual(['0', '1', '2', '3', '4']);
    expect(report.anomalies).toMatchObject({ out_of_order: 2, same_local_us: 1, same_exchange_ms: 4 });
  });

  it('have their oddities counted', async () => {
    const trade = (id: number | string, seconds: number, changes = {}) =>
      tradeRow({ id, timestamp: at(seconds), local_timestamp: at(seconds) + 5, ...changes });
    const rows = [
      trade(1, 0),
      trade(2, 1, { local_timestamp: at(1) - 700 }),
      trade(2, 2, { amount: '0.000' }),
      trade(5, 3),
      trade(4, 3.5),
      trade(6, 90.75),
      trade(7, 90.5, { local_timestamp: at(91) }),
      trade('c0ffee-1', 92, { symbol: 'ETHUSDT' }),
      trade('c0ffee-2', 93, { symbol: 'ETHUSDT' }),
      trade('c0ffee-1', 94, { symbol: 'ETHUSDT' }),
    ];
    const { report } = await openRecording([files.write('a.csv', [TRADES_HEADER, ...rows].join('\n'))]);
    expect(report.anomalies).toEqual({
      same_exchange_ms: 0,
      same_local_us: 0,
      venue_time_back: 1,
      out_of_order: 0,
      holes: 1,
      max_gap_s: 87,
      negative_latency_rows: 1,
      latency_us_min: -700,
      latency_us_max: 500_000,
      duplicate_ids: 2,
      backward_ids: 1,
      id_gaps: 1,
      zero_qty: 1,
    });
  });
});
