import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../server/formats/open-recording.ts';
import { playAll, RecordingFiles } from './recording-files.ts';
import { zipOf } from './zip-writer.ts';

const files = new RecordingFiles();
const NOW_US = 1_723_161_254_000_000;

async function open(content: string | Uint8Array) {
  const { recording, report } = await openRecording([files.write('capture', content)]);
  return { events: playAll(recording), instruments: recording.instruments, report };
}
/** `<receive ns> <json>`, the stamps a millisecond apart. */
const stamped = (...frames: object[]) =>
  frames.map((frame, at) => `${NOW_US / 1000 + at}000123 ${JSON.stringify(frame)}\n`).join('');
const combined = (stream: string, data: object) => ({ stream: `btcusdt@${stream}`, data });

const trade = combined('trade', {
  ...{
    e: 'trade',
    E: 1_723_161_255_343,
    s: 'BTCUSDT',
    t: 3_735_683_259,
    p: '61837.63000000',
    q: '0.02000000',
  },
  ...{ T: 1_723_161_255_342, m: true, M: true },
});
const ticker = combined('bookTicker', {
  u: 1,
  s: 'BTCUSDT',
  b: '61837.63',
  B: '3.78826',
  a: '61837.64',
  A: '1.5',
});
const depth = (U: number, u: number, bid: string, size = '1') =>
  combined('depth@100ms', {
    e: 'depthUpdate',
    E: 1_723_161_255_208,
    s: 'BTCUSDT',
    U,
    u,
    b: [[bid, size]],
    a: [],
  });
const snapshot = (lastUpdateId: number) => ({ lastUpdateId, bids: [['100', '5']], asks: [['101', '6']] });

describe('frames that somebody recorded', () => {
  it('of Binance give trades, quotes and books, at the time of arrival', async () => {
    const { events, instruments, report } = await open(
      gzipSync(stamped(trade, ticker, depth(1, 2, '61837.5'))),
    );
    expect(events).toMatchObject([
      {
        type: 'trade',
        price: 6_183_763,
        size: 2_000,
        aggressor: 2,
        tradeId: '3735683259',
        venueTimeUs: 1_723_161_255_342_000,
        receiveTimeUs: NOW_US,
      },
      { type: 'quote', bid: 6_183_763, bidSize: 378_826, ask: 6_183_764, venueTimeUs: NOW_US + 1000 },
      { type: 'book', snapshot: false, bids: [6_183_750, 100_000], asks: [] },
    ]);
    expect(instruments).toMatchObject([{ venue: 'binance', symbol: 'BTCUSDT', currency: 'USDT' }]);
    expect(report).toMatchObject({
      rows: 3,
      files: [{ format: 'capture', compression: 'gzip' }],
      anomalies: { negative_latency_rows: 2, venue_time_back: 1 },
    });
  });

  it('play what came before its snapshot again behind it, and no stale change', async () => {
    const { events, report } = await open(
      stamped(depth(1, 5, '99'), depth(6, 9, '98'), snapshot(7), depth(6, 9, '98'), depth(10, 11, '97', '0')),
    );
    expect(events).toMatchObject([
      { bids: [99, 1] },
      { bids: [98, 1] },
      { snapshot: true, bids: [100, 5], asks: [101, 6] },
      { snapshot: false, bids: [98, 1] },
      { bids: [97, 0] },
    ]);
    expect(report).toMatchObject({
      rows: 5,
      events: { book: 5 },
      anomalies: { book_updates_played_again: 1, stale_book_updates: 1 },
    });
    expect(report.anomalies['book_gaps']).toBeUndefined();
  });

  it('count a hole in the chain of changes', async () => {
    const { report } = await open(stamped(depth(1, 5, '99'), depth(7, 9, '98')));
    expect(report.anomalies).toMatchObject({ book_gaps: 1 });
  });

  it('in envelopes leave out what the client sent', async () => {
    const line = (dir: string, raw: object) =>
      JSON.stringify({ conn: 0, dir, t: '1723161254.0001234', raw: JSON.stringify(raw) });
    const { events, report } = await open(
      [
        JSON.stringify({ conn: 0, dir: 'open', t: '1723161253.9', url: 'wss://stream.binance.com:9443' }),
        line('out', { method: 'SUBSCRIBE' }),
        line('in', { result: null, id: 1 }),
        line('in', trade),
      ].join('\n'),
    );
    expect(events).toMatchObject([{ type: 'trade', receiveTimeUs: NOW_US + 123 }]);
    expect(report).toMatchObject({ rows: 4, anomalies: { lines_not_received: 2, frames_not_played: 1 } });
  });

  it('bare have the time of the venue, and without one are refused', async () => {
    const { events } = await open(`${JSON.stringify(trade.data)}\n`);
    expect(events).toMatchObject([{ type: 'trade', receiveTimeUs: 1_723_161_255_342_000 }]);
    expect(await files.refusal(`${JSON.stringify(ticker)}\n`, 'f')).toMatch(
      /^f, row 1: found ".*", expected a time of arrival: the frame has none of the venue\.$/,
    );
  });

  it('of Bybit give its book, whose numbers follow one another', async () => {
    const frame = (type: string, u: number, size: string) =>
      JSON.stringify({
        topic: 'orderbook.500.XRPUSDT',
        type,
        ts: 1_733_011_200_691 + u,
        data: { s: 'XRPUSDT', b: [['1.9531', size]], a: [], u, seq: 1 },
        cts: 1_733_011_200_589,
      });
    const content = [frame('snapshot', 1, '6203'), frame('delta', 2, '6198'), frame('delta', 4, '0')].join(
      '\n',
    );
    const { events, instruments, report } = await open(
      zipOf([{ name: '2024-12-01_XRPUSDT_ob500.data', content }]),
    );
    expect(events).toMatchObject([
      { type: 'book', snapshot: true, bids: [19_531, 6_203], venueTimeUs: 1_733_011_200_589_000 },
      { snapshot: false, bids: [19_531, 6_198] },
      { bids: [19_531, 0] },
    ]);
    expect(instruments).toMatchObject([{ venue: 'bybit', symbol: 'XRPUSDT' }]);
    expect(report).toMatchObject({ rows: 3, anomalies: { book_gaps: 1 } });
  });

  it('of a megabyte are read across the chunks of the file', async () => {
    const bids = Array.from({ length: 40_000 }, (_, level) => [String(100_000 - level), '1.5']);
    const big = { lastUpdateId: 10, bids, asks: [] };
    const { events } = await open(stamped(depth(8, 9, '1'), big, depth(11, 12, '2')));
    expect(events.map((event) => event.type === 'book' && event.bids.length)).toEqual([2, 80_000, 2]);
  });

  it.each([
    [
      'a line that is no JSON',
      `${stamped(trade)}1723161254001000123 {"stream":\n`,
      /^f, row 2: found ".*", expected a stamp and JSON, or JSON\.$/,
    ],
    [
      'a price that is none',
      stamped({ ...trade, data: { ...trade.data, p: 'x' } }),
      /^f, row 1: found ".*", expected decimal numbers of at most 15 digits in it\.$/,
    ],
    [
      'a trade without price',
      stamped({ ...trade, data: { ...trade.data, p: 1 } }),
      /^f, row 1: found ".*", expected price, size and time of a trade\.$/,
    ],
  ])('with %s are refused in a sentence', async (_, content, sentence) => {
    expect(await files.refusal(content, 'f')).toMatch(sentence);
  });
});
