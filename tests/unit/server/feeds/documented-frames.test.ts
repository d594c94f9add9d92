import { expect, test } from 'vitest';
import { CaptureLines } from '../../../../server/feeds/venue/capture-lines.ts';
import { runCapture } from '../../../../server/feeds/venue/capture-run.ts';
import { loadVenue } from '../../../../server/feeds/venues.ts';

const TIME = '2024-08-08T23:54:13.123456Z';
const ORDER = { order_id: 'd50ec984', side: 'buy', price: '200.2', product_id: 'BTC-USD', time: TIME };
const KLINE = { t: 1, T: 2, s: 'BTCUSDT', i: '1m', o: '1', c: '2', h: '2', l: '1', v: '9', x: false };
const BINANCE = { E: 1_723_161_253_123, s: 'BTCUSDT' };
const DAY = { c: '1', o: '1', h: '2', l: '1', v: '9', q: '9' };
const TRADE_OF_BINANCE = { t: 12_345, p: '0.001', q: '100', T: 1_723_161_253_123, m: true, M: true };
const TRADE_OF_COINBASE = {
  ...{ trade_id: 1, maker_order_id: 'm', taker_order_id: 't', sequence: 1, size: '1', ...ORDER },
};
const BITSTAMP_ORDER = { id: 14, id_str: '14', amount_str: '0.1', price_str: '46000', order_type: 1 };

/** Frames that the venues' documentation shows, of channels that nobody here asks for. */
const FRAMES: Record<string, readonly unknown[]> = {
  // https://docs.cdp.coinbase.com/exchange/websocket-feed/channels
  coinbase: [
    { type: 'received', sequence: 10, size: '1.34', order_type: 'limit', ...ORDER },
    { type: 'open', sequence: 11, remaining_size: '1.00', ...ORDER },
    { type: 'done', sequence: 12, reason: 'filled', remaining_size: '0', ...ORDER },
    { type: 'change', sequence: 14, new_size: '5.23512', old_size: '12.2', reason: 'STP', ...ORDER },
    { type: 'activate', stop_type: 'entry', stop_price: '80', size: '2', timestamp: '1.2', ...ORDER },
    { type: 'status', products: [{ id: 'BTC-USD', status: 'online' }], currencies: [] },
    { type: 'auction', product_id: 'LTC-USD', sequence: 3, auction_state: 'collection', timestamp: TIME },
    { type: 'rfq_match', trade_id: 30, size: '5.2', maker_order_id: 'a', taker_order_id: 'b', ...ORDER },
    { type: 'level3', schema: { change: ['type', 'product_id', 'sequence'] } },
    ['done', 'BTC-USD', '37475248784', 'd50ec984', TIME],
    { type: 'error', message: 'Failed to subscribe', reason: 'user channel requires authentication' },
    { type: 'balance', account_id: 'd50ec984', currency: 'USD', holds: '1', available: '2', updated: TIME },
    {
      type: 'subscriptions',
      channels: [{ name: 'rfq_matches', product_ids: ['BTC-USD'], account_ids: null }],
    },
  ],
  // https://docs.kraken.com/api/docs/websocket-v2
  kraken: [
    { channel: 'ohlc', type: 'snapshot', timestamp: TIME, data: [{ symbol: 'BTC/USD', open: 1, close: 2 }] },
    { channel: 'instrument', type: 'snapshot', data: { assets: [], pairs: [] } },
    { channel: 'level3', type: 'snapshot', data: [{ symbol: 'BTC/USD', checksum: 1, bids: [], asks: [] }] },
    { channel: 'executions', type: 'snapshot', data: [], sequence: 1 },
    { method: 'pong', req_id: 101, time_in: TIME, time_out: TIME },
    { method: 'subscribe', result: { channel: 'ohlc', symbol: 'BTC/USD', interval: 1 }, success: true },
    { method: 'unsubscribe', error: 'Subscription Not Found', symbol: 'BTC/USD', success: false },
    { error: 'Malformed request', method: '', success: false },
  ],
  // https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams
  binance: [
    { stream: 'btcusdt@kline_1m', data: { e: 'kline', ...BINANCE, k: KLINE } },
    { stream: 'btcusdt@kline_1d@+08:00', data: { e: 'kline', ...BINANCE, k: KLINE } },
    { stream: '!miniTicker@arr', data: [{ e: '24hrMiniTicker', ...BINANCE, c: '1', o: '1' }] },
    { stream: '!ticker@arr', data: [{ e: '24hrTicker', ...BINANCE, c: '1', o: '1' }] },
    { stream: 'btcusdt@ticker_1h', data: { e: '1hTicker', ...BINANCE, c: '1', o: '1' } },
    { stream: 'btcusdt@avgPrice', data: { e: 'avgPrice', ...BINANCE, i: '5m', w: '25776.86', T: 1 } },
    { stream: 'btcusdt@depth5@100ms', data: { lastUpdateId: 160, bids: [['1', '1']], asks: [['2', '1']] } },
    { stream: '!ticker_1h@arr', data: [{ e: '1hTicker', ...BINANCE, c: '1', o: '1' }] },
    { stream: 'btcusdt@blockTrade', data: { e: 'blockTrade', ...BINANCE, t: 1, p: '1', q: '1', T: 1 } },
    { stream: 'btcusdt@referencePrice', data: { e: 'referencePrice', ...BINANCE, r: '1', t: 1 } },
    { result: null, id: 1 },
    { result: ['btcusdt@aggTrade'], id: 3 },
    { result: true, id: 5 },
    { code: 2, msg: 'Invalid request: unknown variant' },
    { error: { code: 3, msg: 'Invalid JSON' } },
    // https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams
    { stream: 'btcusdt@markPrice', data: { e: 'markPriceUpdate', ...BINANCE, p: '1', i: '1', r: '0', T: 1 } },
    { stream: '!forceOrder@arr', data: { e: 'forceOrder', E: 1, o: { s: 'BTCUSDT', S: 'SELL', p: '1' } } },
  ],
  // https://www.bitstamp.net/websocket/v2/
  bitstamp: [
    { event: 'bts:subscription_succeeded', channel: 'live_orders_btcusd', data: {} },
    { event: 'order_created', channel: 'live_orders_btcusd', data: BITSTAMP_ORDER },
    { event: 'order_changed', channel: 'live_orders_btcusd', data: BITSTAMP_ORDER },
    { event: 'order_deleted', channel: 'live_orders_btcusd', data: BITSTAMP_ORDER },
    { event: 'data', channel: 'detail_order_book_btcusd', data: { bids: [['1', '1', '14']], asks: [] } },
    { event: 'funding_rate_saved', channel: 'funding_rate_btcusd-perp', data: { funding_rate: '0.001' } },
    { event: 'order_created', channel: 'private-my_orders_btcusd-123', data: BITSTAMP_ORDER },
    { event: 'trade', channel: 'private-my_trades_btcusd-perp-123', data: { id: 1 } },
    { event: 'bts:heartbeat', channel: '', data: { status: 'success' } },
    { event: 'bts:unsubscription_succeeded', channel: 'live_trades_btcusd', data: {} },
    { event: 'bts:request_reconnect', channel: '', data: '' },
    { event: 'bts:error', channel: '', data: { code: null, message: 'Bad subscription string.' } },
  ],
  // https://docs.gemini.com/websocket/market-data/v2/about
  gemini: [
    { type: 'candles_1m_updates', symbol: 'BTCUSD', changes: [[1_561_054_500_000, 1, 2, 1, 2, 2.07]] },
    { type: 'candles_1d_updates', symbol: 'BTCUSD', changes: [[1_561_054_500_000, 1, 2, 1, 2, 2.07]] },
    { type: 'auction_indicative', symbol: 'BTCUSD', time_ms: 1, result: 'failure' },
    { type: 'mark_price_updates', symbol: 'BTCGUSDPERP', mark_price_changes: [] },
  ],
  // https://docs.alpaca.markets/docs/real-time-stock-pricing-data and .../streaming-real-time-news
  alpaca: [
    [{ T: 'b', S: 'SPY', o: 1, h: 2, l: 1, c: 2, v: 9, n: 1, vw: 1.5, t: TIME }],
    [{ T: 'u', S: 'SPY', o: 1, h: 2, l: 1, c: 2, v: 9, n: 1, vw: 1.5, t: TIME }],
    [{ T: 'l', S: 'IONM', u: 3.24, d: 2.65, i: 'B', t: TIME, z: 'C' }],
    [{ T: 'i', S: 'IONM', p: 3.24, t: TIME, z: 'C' }],
    [{ T: 'n', id: 24_843_171, headline: 'x', symbols: ['AAPL'], created_at: TIME, updated_at: TIME }],
    [{ T: 'c', S: 'EEM', x: 'M', oi: 1, op: 1, os: 1, ci: 2, cp: 1, cs: 1, t: TIME, z: 'B' }],
    [{ T: 'x', S: 'GOOGL', i: 465, x: 'D', p: 105.31, s: 300, a: 'C', t: TIME, z: 'C' }],
    [{ T: 's', S: 'AAPL', sc: 'H', sm: 'Trading Halt', rc: 'T12', rm: 'News', t: TIME, z: 'C' }],
    [{ T: 'error', code: 406, msg: 'connection limit exceeded' }],
  ],
  // https://docs.bitfinex.com/docs/ws-public
  bitfinex: [
    { event: 'info', version: 2, serverId: 'x', platform: { status: 1 } },
    { event: 'subscribed', channel: 'candles', chanId: 343_351, key: 'trade:1m:tBTCUSD' },
    [343_351, [[1_533_898_400_000, 6369.3, 6370, 6370, 6369, 1.5]]],
    { event: 'subscribed', channel: 'status', chanId: 5, key: 'deriv:tBTCF0:USTF0' },
    [5, [1_596_124_822_000, null, 0.896, 0.77]],
    // Orders, and what lends: other rows in channels of the same name.
    { event: 'subscribed', channel: 'book', chanId: 6, symbol: 'tBTCUSD', prec: 'R0', len: '25' },
    [6, [[34_006_738_527, 8744.9, 0.25]]],
    { event: 'subscribed', channel: 'ticker', chanId: 7, symbol: 'fUSD', currency: 'USD' },
    [7, [0.0003, 0.0002, 30, 3_939_629.6, 0.0003, 2, 1, 0.00001, 0.1, 0.0003, 500, 0.0004, 0.0002, null]],
    { event: 'pong', ts: 1_511_545_528_111, cid: 1234 },
    { event: 'unsubscribed', status: 'OK', chanId: 5 },
    { event: 'auth', status: 'FAILED', chanId: 0, code: 10_100, msg: 'apikey: invalid' },
  ],
};

/** Frames of other forms of the channels that we read, and what each becomes. */
const MAPPED: Record<string, readonly (readonly [frame: unknown, events: object])[]> = {
  coinbase: [
    [{ ...TRADE_OF_COINBASE, type: 'last_match' }, { trade: 1 }],
    // `full` has the same message.
    [{ ...TRADE_OF_COINBASE, type: 'match' }, { trade: 1 }],
    // `ticker_batch` has the messages of `ticker`.
    [
      {
        ...{ type: 'ticker', sequence: 1, price: '1.0', open_24h: '1', volume_24h: '3', low_24h: '1' },
        ...{ high_24h: '2', volume_30d: '9', best_bid: '1', best_ask: '2', side: 'buy', last_size: '1' },
        ...{ product_id: 'BTC-USD', trade_id: 3, time: TIME },
      },
      { quote: 1 },
    ],
  ],
  binance: [
    [{ stream: 'btcusdt@miniTicker', data: { e: '24hrMiniTicker', ...BINANCE, ...DAY } }, { statistics: 1 }],
    [{ stream: 'btcusdt@ticker', data: { e: '24hrTicker', ...BINANCE, ...DAY } }, { statistics: 1 }],
    [{ stream: 'btcusdt@trade', data: { e: 'trade', ...BINANCE, ...TRADE_OF_BINANCE } }, { trade: 1 }],
    // Of `/ws/<stream>`, which has no envelope.
    [{ e: 'aggTrade', ...BINANCE, ...TRADE_OF_BINANCE, a: 5, f: 1, l: 2 }, { trade: 1 }],
    [{ u: 400900217, s: 'BTCUSDT', b: '25.35', B: '31.21', a: '25.36', A: '40.66' }, { quote: 1 }],
  ],
  bitstamp: [
    [
      {
        ...{ event: 'data', channel: 'order_book_btcusd' },
        data: { timestamp: '1', microtimestamp: '1643643584684047', bids: [['1', '1']], asks: [['2', '1']] },
      },
      { book: 1 },
    ],
  ],
  kraken: [
    [
      {
        ...{ channel: 'ticker', type: 'update' },
        data: [
          {
            ...{ symbol: 'BTC/USD', bid: 1, bid_qty: 1, ask: 2, ask_qty: 1, last: 1, volume: 1, vwap: 1 },
            ...{ low: 1, high: 1, change: 0, change_pct: 0, timestamp: TIME },
          },
        ],
      },
      { quote: 1, statistics: 1 },
    ],
  ],
};

const linesOf = (...raws: readonly string[]) => {
  const reader = new CaptureLines();
  return raws
    .map((raw, at) => reader.read(JSON.stringify({ conn: 0, dir: 'in', t: `1723161253.${at + 10}`, raw })))
    .filter((line) => line !== null);
};

test.each(Object.keys(FRAMES))('what %s documents and nobody asked for is known', async (venue) => {
  const frames = FRAMES[venue]!;
  const lines = linesOf(...frames.map((frame) => JSON.stringify(frame)));
  const summary = await runCapture(await loadVenue(venue), lines);
  expect(summary.notes.filter((note) => /^(?:Unknown|Malformed)/.test(note))).toEqual([]);
  expect(summary).toMatchObject({ frames: frames.length, unknownFrames: 0, malformedFrames: 0 });
  expect(summary.events).toEqual({ trade: 0, quote: 0, book: 0, statistics: 0, bar: 0 });
});

const cases = Object.entries(MAPPED).flatMap(([venue, rows]) =>
  rows.map(([frame, events]) => ({ venue, text: JSON.stringify(frame), events })),
);
test.each(cases)('$venue: $text is mapped', async ({ venue, text, events }) => {
  const summary = await runCapture(await loadVenue(venue), linesOf(text));
  expect(summary).toMatchObject({ unknownFrames: 0, malformedFrames: 0, unexpectedFrames: 0, events });
});

test('a capture of Bitfinex without what the client sent has its events all the same', async () => {
  const lines = linesOf(
    '{"event":"conf","status":"OK","flags":65536}',
    '{"event":"subscribed","channel":"trades","chanId":8,"symbol":"tBTCUSD","pair":"BTCUSD"}',
    '[8,[[401597393,1574694475039,0.005,7244.9]],1]',
    '[8,"te",[401597395,1574694478808,-0.005,7245.3],2]',
  );
  expect(await runCapture(await loadVenue('bitfinex'), lines)).toMatchObject({
    unexpectedFrames: 0,
    events: { trade: 2 },
    instruments: { BTCUSD: { low: '7244.9', high: '7245.3' } },
  });
});

test("a capture of Coinbase's other interface is refused by its name", async () => {
  const frame = { channel: 'l2_data', client_id: '', timestamp: TIME, sequence_num: 0, events: [] };
  await expect(runCapture(await loadVenue('coinbase'), linesOf(JSON.stringify(frame)))).rejects.toThrow(
    /^This is Coinbase Advanced Trade; this adapter reads Coinbase Exchange/,
  );
});

test('a hole among changes that wait for a snapshot of Binance is counted, and the missing snapshot told', async () => {
  const depth = (U: number, u: number) =>
    JSON.stringify({
      stream: 'btcusdt@depth',
      data: { e: 'depthUpdate', ...BINANCE, U, u, b: [['1', '1']], a: [] },
    });
  const lines = linesOf(depth(1, 2), depth(3, 4), depth(8, 9), depth(10, 11));
  const summary = await runCapture(await loadVenue('binance'), lines);
  expect(summary).toMatchObject({ sequenceGaps: 1, malformedFrames: 0 });
  expect(summary.notes).toEqual([
    'BTCUSDT: Update 8 follows 4.',
    'No answer to GET /api/v3/depth was recorded, or not enough of them: what needs them is left out. --rest FILE adds answers.',
  ]);
});

const VENUES = Object.keys(FRAMES);
const NONSENSE = ['', 'hello', '{', 'null', '5', '"text"', '{}', '{"type":5,"event":5,"e":5,"channel":5}'];
test.each(VENUES)(
  'what is no frame of %s at all is counted, each once, and throws nothing',
  async (venue) => {
    for (const text of NONSENSE) {
      const { notes, ...summary } = await runCapture(await loadVenue(venue), linesOf(text));
      expect(summary.unknownFrames + summary.malformedFrames, text).toBe(1);
      expect(notes.join(), text).not.toContain('threw');
    }
  },
);

test.each([
  ['coinbase', '{"type":"surprise"}'],
  ['kraken', '{"channel":"surprise","type":"update","data":[]}'],
  ['binance', '{"stream":"btcusdt@surprise","data":{"e":"surprise","E":1,"s":"BTCUSDT"}}'],
  ['bitstamp', '{"event":"surprise","channel":"surprise_btcusd","data":{}}'],
  ['gemini', '{"type":"surprise"}'],
  ['bitfinex', '{"event":"surprise"}'],
])('a frame of %s that no documentation shows is counted as unknown', async (venue, text) => {
  expect(await runCapture(await loadVenue(venue), linesOf(text))).toMatchObject({
    unknownFrames: 1,
    malformedFrames: 0,
  });
});
