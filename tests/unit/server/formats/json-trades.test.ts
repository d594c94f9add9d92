import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';

const files = new RecordingFiles();
const MS = 1_704_067_200_005;

async function open(name: string, content: string, strict = true) {
  const { recording, report } = await openRecording([files.write(name, content)], { strict });
  return { events: playAll(recording), instruments: recording.instruments, report };
}

/** As https://docs.ccxt.com shows it. */
const ccxt = (id: string, changes: Record<string, unknown> = {}) => ({
  info: { a: { b: [1, { c: 2 }] } },
  id,
  timestamp: MS,
  datetime: '2024-01-01T00:00:00.005Z',
  symbol: 'ETH/BTC',
  order: null,
  type: 'limit',
  side: 'buy',
  takerOrMaker: 'taker',
  price: 0.06917684,
  amount: 1.5,
  cost: 0.10376526,
  fee: null,
  ...changes,
});

describe('trades in JSON', () => {
  it('of ccxt, in one list, have exact numbers, sides and their own symbols', async () => {
    const rows = [ccxt('12345'), ccxt('a-b', { side: 'sell', symbol: 'BTC/USDT:USDT', price: 42_283.5 })];
    const { events, instruments, report } = await open('trades.json', JSON.stringify(rows, null, 1));
    expect(instruments.map(({ symbol }) => symbol)).toEqual(['ETHBTC', 'BTCUSDT']);
    expect(events).toMatchObject([
      { type: 'trade', price: 6_917_684, size: 15, aggressor: 1, tradeId: '12345', venueTimeUs: MS * 1000 },
      { type: 'trade', price: 422_835, aggressor: 2, tradeId: 'a-b' },
    ]);
    expect(report.files).toMatchObject([{ format: 'json-trades', rows: 2, events: { trade: 2 } }]);
  });

  it('of ccxt, one a line, are streamed, and a broken one is left out and told', async () => {
    const lines = [ccxt('1'), ccxt('2', { price: null }), ccxt('3', { side: null })].map((one) =>
      JSON.stringify(one),
    );
    const { events, report } = await open('trades.jsonl', [...lines, '{"cut":', ''].join('\n'), false);
    expect(events).toMatchObject([{ tradeId: '1' }, { tradeId: '3', aggressor: 0 }]);
    expect(report.broken.rows).toBe(2);
    expect(report.broken.first[0]).toMatch(/trade 2, price: found nothing, expected a decimal number/);
    expect(report.broken.first[1]).toMatch(/trade 4, line: found "\{\\"cut\\":", expected a JSON object\.$/);
  });

  it('of freqtrade are lists, the pair in the file name', async () => {
    const rows = `[[${MS},"123",null,"buy",42283.50,0.012,507.4],[${MS + 1},"124","limit","sell",42283.6,1e-8,0.0]]`;
    const { events, instruments } = await open('BTC_USDT-trades.json', rows);
    expect(instruments).toMatchObject([{ symbol: 'BTCUSDT', currency: 'USDT', lot: { decimals: 8 } }]);
    expect(events).toMatchObject([
      { price: 422_835, size: 1_200_000, aggressor: 1, tradeId: '123' },
      { price: 422_836, size: 1, aggressor: 2 },
    ]);
  });

  it('that are cut off are refused as a whole', async () => {
    const text = JSON.stringify([ccxt('1'), ccxt('2')]);
    expect(await files.refusal(text.slice(0, -5), 't.json')).toMatch(
      /^t\.json is damaged: expected a whole JSON document of trades/,
    );
  });
});

it('a Feather file is refused with what to do instead', async () => {
  expect(
    await files.refusal(Buffer.from('ARROW1\0\0\xff\xff\xff\xff', 'latin1'), 'BTC_USDT-5m.feather'),
  ).toMatch(/^BTC_USDT-5m\.feather is a Feather \(Arrow\) file, which is not read: write it as Parquet/);
});
