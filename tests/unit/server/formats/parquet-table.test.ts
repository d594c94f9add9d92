import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openRecording, type OpenOptions } from '../../../../server/formats/open-recording.ts';
import { littleEndian, parquetOf, type ColumnOf } from './parquet-writer.ts';
import { playAll, RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();
const MS = 1_704_103_200_000;
const NS = 1_704_103_200_000_000_065n;

async function open(name: string, bytes: Uint8Array, options: OpenOptions = { strict: true }) {
  const { recording, report } = await openRecording([files.write(name, bytes)], options);
  return { events: playAll(recording), instruments: recording.instruments, report };
}

const trades = (changes: Partial<Record<string, ColumnOf['values']>> = {}): ColumnOf[] => [
  { name: 'timestamp', type: 'INT64', converted: 'TIMESTAMP_MILLIS', values: [MS, MS + 1, MS + 2] },
  { name: 'trade_id', type: 'INT64', values: [1n, 2n, 9_007_199_254_740_993n] },
  { name: 'price', type: 'DOUBLE', values: changes['price'] ?? [39_432.48, 0.00031099999999999997, 1e-8] },
  { name: 'quantity', type: 'DOUBLE', values: changes['quantity'] ?? [0.5, 2, 3] },
  { name: 'buyer_maker', type: 'BYTE_ARRAY', converted: 'UTF8', values: ['True', 'False', 'None'] },
];

describe('Parquet tables', () => {
  it('of Binance trades have exact decimals, ids beyond 2^53 and sides from True and False', async () => {
    const { events, report, instruments } = await open('binance_BTCUSDT_trades.parquet', parquetOf(trades()));
    expect(instruments).toMatchObject([{ venue: 'binance', symbol: 'BTCUSDT', tick: { decimals: 8 } }]);
    expect(events).toMatchObject([
      {
        type: 'trade',
        price: 3_943_248_000_000,
        size: 5,
        aggressor: 2,
        tradeId: '1',
        venueTimeUs: MS * 1000,
      },
      { price: 31_100, size: 20, aggressor: 1, tradeId: '2' },
      { price: 1, size: 30, aggressor: 0, tradeId: '9007199254740993' },
    ]);
    expect(report.files[0]).toMatchObject({
      format: 'parquet-trades',
      mapping: 'time=timestamp,price=price,size=quantity,maker=buyer_maker,id=trade_id',
      anomalies: { float_noise_rounded: 1, duplicate_ids: 0 },
      events: { trade: 3 },
    });
  });

  it('of doubles that went through 32 bits have the prices that were meant', async () => {
    const price = [74.06, 941.56, 0.1].map(Math.fround);
    const { events, instruments, report } = await open('yf.parquet', parquetOf(trades({ price })));
    expect(instruments).toMatchObject([{ tick: { decimals: 2 } }]);
    expect(events).toMatchObject([{ price: 7_406 }, { price: 94_156 }, { price: 10 }]);
    expect(report.anomalies).toMatchObject({ float_noise_rounded: 3 });
  });

  it('are read row group by row group, in their order', async () => {
    const values = Array.from({ length: 25 }, (_, row) => row);
    const table = parquetOf(
      [
        { name: 'ts', type: 'INT64', values: values.map((row) => BigInt(MS + row)) },
        { name: 'px', type: 'INT32', values: values.map((row) => row + 1) },
        { name: 'qty', type: 'FLOAT', values: values.map(() => 0.1) },
        { name: 'sym', type: 'BYTE_ARRAY', converted: 'UTF8', values: values.map((row) => `S${row % 2}`) },
      ],
      { rowsAGroup: 10 },
    );
    const { events, instruments } = await open('x.parquet', table);
    expect(events.map((event) => event.type === 'trade' && event.price)).toEqual(
      values.map((row) => row + 1),
    );
    expect(events.every((event) => event.type === 'trade' && event.size === 1)).toBe(true);
    expect(instruments.map(({ symbol, lot }) => [symbol, lot.decimals])).toEqual([
      ['S0', 1],
      ['S1', 1],
    ]);
  });

  it('of our layout keep venue and receive time, and decimals that are stored as such', async () => {
    const table = parquetOf([
      { name: 'exchange', type: 'BYTE_ARRAY', converted: 'UTF8', values: ['kraken'] },
      { name: 'symbol', type: 'BYTE_ARRAY', converted: 'UTF8', values: ['BTC-USD'] },
      { name: 'timestamp', type: 'INT64', converted: 'TIMESTAMP_MICROS', values: [MS * 1000 + 1] },
      { name: 'local_timestamp', type: 'INT64', converted: 'TIMESTAMP_MICROS', values: [MS * 1000 + 5] },
      { name: 'side', type: 'BYTE_ARRAY', converted: 'UTF8', values: ['sell'] },
      { name: 'price', type: 'INT64', converted: 'DECIMAL', scale: 12, values: [4_000_123_456_789_012n] },
      { name: 'amount', type: 'BYTE_ARRAY', converted: 'UTF8', values: ['0.00491000'] },
    ]);
    const { events, instruments } = await open('any.parquet', table);
    expect(instruments).toMatchObject([{ venue: 'kraken', symbol: 'BTC-USD', tick: { decimals: 12 } }]);
    expect(events).toMatchObject([
      {
        price: 4_000_123_456_789_012,
        size: 491,
        aggressor: 2,
        venueTimeUs: MS * 1000 + 1,
        receiveTimeUs: MS * 1000 + 5,
      },
    ]);
  });

  it('of freqtrade are bars stamped at their start, the pair and length in the file name', async () => {
    const prices = (name: string, values: number[]): ColumnOf => ({ name, type: 'DOUBLE', values });
    const table = parquetOf([
      { name: 'date', type: 'INT64', converted: 'TIMESTAMP_MILLIS', values: [MS, MS + 600_000] },
      prices('open', [1.5, 2]),
      prices('high', [2.5, 3]),
      prices('low', [1, 2]),
      prices('close', [2, 2.25]),
      prices('volume', [10, 0]),
    ]);
    const { events, instruments, report } = await open('BTC_USDT-5m.parquet', table);
    expect(instruments).toMatchObject([{ symbol: 'BTCUSDT', currency: 'USDT' }]);
    expect(events).toMatchObject([
      { type: 'bar', open: 150, close: 200, volume: 10, startTimeUs: MS * 1000, intervalSeconds: 300 },
      { high: 300, close: 225, volume: 0 },
    ]);
    expect(report.events).toMatchObject({ bar: 2 });
  });

  it('of nautilus have integers of 8 and of 16 bytes, with instrument and decimals in the metadata', async () => {
    const metadata = { instrument_id: 'EUR/USD.SIM', price_precision: '5', size_precision: '0' };
    const table = (bytes: 8 | 16, type: ColumnOf['type']) => {
      const scale = 10n ** (bytes === 8 ? 9n : 16n);
      const of = (mantissa: bigint, decimals: bigint) => {
        const raw = (mantissa * scale) / 10n ** decimals;
        return type === 'INT64' ? raw : littleEndian(raw, bytes);
      };
      return parquetOf(
        [
          { name: 'bid_price', type, values: [of(112_120n, 5n), of(-5n, 1n)] },
          { name: 'ask_price', type, values: [of(112_172n, 5n), of(1n, 0n)] },
          { name: 'bid_size', type, values: [of(100_000n, 0n), of(1n, 0n)] },
          { name: 'ask_size', type, values: [of(7n, 0n), of(1n, 0n)] },
          { name: 'ts_event', type: 'INT64', converted: 'UINT_64', values: [NS, NS] },
          { name: 'ts_init', type: 'INT64', converted: 'UINT_64', values: [NS + 2_000n, NS] },
        ],
        { metadata },
      );
    };
    for (const bytes of [
      table(16, 'FIXED_LEN_BYTE_ARRAY'),
      table(8, 'FIXED_LEN_BYTE_ARRAY'),
      table(8, 'INT64'),
    ]) {
      const { events, instruments, report } = await open('quotes.parquet', bytes);
      expect(report.files[0]!.format).toBe('nautilus-quotes');
      expect(instruments).toMatchObject([{ venue: 'sim', symbol: 'EURUSD', tick: { decimals: 5 } }]);
      expect(events).toMatchObject([
        {
          ...{ type: 'quote', bid: 112_120, bidSize: 100_000, ask: 112_172, askSize: 7 },
          ...{ venueTimeUs: MS * 1000, receiveTimeUs: MS * 1000 + 2 },
        },
        { bid: -50_000, ask: 100_000 },
      ]);
    }
  });

  it('of nautilus bars are stamped at their end, as long as their type says', async () => {
    const price = (name: string): ColumnOf => ({ name, type: 'INT64', values: [1_500_000_000n] });
    const table = parquetOf(
      [
        ...['open', 'high', 'low', 'close', 'volume'].map(price),
        { name: 'ts_event', type: 'INT64', converted: 'UINT_64', values: [NS] },
        { name: 'ts_init', type: 'INT64', converted: 'UINT_64', values: [NS] },
      ],
      { metadata: { bar_type: 'BTC-PERP.DYDX-5-MINUTE-LAST-EXTERNAL', price_precision: '1' } },
    );
    const { events, instruments } = await open('bars.parquet', table);
    expect(instruments).toMatchObject([{ venue: 'dydx', symbol: 'BTC-PERP' }]);
    expect(events).toMatchObject([
      {
        type: 'bar',
        intervalSeconds: 300,
        startTimeUs: MS * 1000 - 300_000_000,
        venueTimeUs: MS * 1000,
        open: 15,
      },
    ]);
  });

  it('of nautilus with prices that only fit a scale of 18 decimals are taken at that', async () => {
    const rows = Array.from({ length: 200 }, (_, row) => BigInt(112_120 + (row % 7)) * 10n ** 13n);
    const table = parquetOf(
      [
        { name: 'price', type: 'FIXED_LEN_BYTE_ARRAY', values: rows.map((raw) => littleEndian(raw, 16)) },
        { name: 'size', type: 'FIXED_LEN_BYTE_ARRAY', values: rows.map(() => littleEndian(10n ** 18n, 16)) },
        { name: 'aggressor_side', type: 'INT32', values: rows.map((_, row) => row % 3) },
        { name: 'ts_event', type: 'INT64', converted: 'UINT_64', values: rows.map(() => NS) },
      ],
      { metadata: { instrument_id: 'EUR/USD.SIM', price_precision: '5' } },
    );
    const { events, report } = await open('trades.parquet', table);
    expect(events.slice(0, 3)).toMatchObject([
      { price: 112_120, size: 1, aggressor: 0 },
      { price: 112_121, aggressor: 1 },
      { price: 112_122, aggressor: 2 },
    ]);
    expect(report.anomalies).toMatchObject({ scaled_by_18_decimals: 1 });
  });

  it('open within an archive or compressed as a whole', async () => {
    const { events } = await open('binance_BTCUSDT.parquet.gz', gzipSync(parquetOf(trades())));
    expect(events).toHaveLength(3);
  });

  it('leave out broken rows and tell them, unless strict', async () => {
    const bytes = parquetOf(trades({ quantity: [0.5, -1, null] }));
    expect(await files.refusal(bytes, 'b.parquet')).toBe(
      'b.parquet, row 2, column quantity: found "-1", expected a size of 0 or more.',
    );
    const { events, report } = await open('b.parquet', bytes, { strict: false });
    expect(events).toHaveLength(1);
    expect(report.rows).toBe(3);
    expect(report.broken.rows).toBe(2);
    expect(report.broken.first[1]).toContain(
      'row 3, column quantity: found nothing, expected a decimal number',
    );
  });

  it('that are cut, damaged or of other columns are refused in a sentence', async () => {
    const whole = parquetOf(trades());
    expect(await files.refusal(whole.subarray(0, 200), 'cut.parquet')).toBe(
      'cut.parquet is cut off: expected the end of its Parquet data, where the table is described.',
    );
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, 4, 40);
    expect(await files.refusal(damaged, 'bad.parquet')).toMatch(
      /^bad\.parquet is damaged: expected sound Parquet data/,
    );
    const other = parquetOf([{ name: 'colour', type: 'INT32', values: [1] }]);
    expect(await files.refusal(other, 'other.parquet')).toBe(
      'other.parquet is a Parquet table with the columns colour: expected time, price and size, or time, bid and ask, or time, open, high, low and close.',
    );
  });
});
