import { expect, test } from 'vitest';
import { CaptureLines } from '../../../../server/feeds/venue/capture-lines.ts';
import { runCapture } from '../../../../server/feeds/venue/capture-run.ts';
import { loadVenue } from '../../../../server/feeds/venues.ts';

const TIME = '2024-08-08T23:54:13.123456Z';
const ORDER = { order_id: 'd50ec984', side: 'buy', price: '200.2', product_id: 'BTC-USD', time: TIME };
const KLINE = { t: 1, T: 2, s: 'BTCUSDT', i: '1m', o: '1', c: '2', h: '2', l: '1', v: '9', x: false };
const BINANCE = { E: 1_723_161_253_123, s: 'BTCUSDT' };
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
  ],
  // https://docs.kraken.com/api/docs/websocket-v2
  kraken: [
    { channel: 'ohlc', type: 'snapshot', timestamp: TIME, data: [{ symbol: 'BTC/USD', open: 1, close: 2 }] },
    { channel: 'instrument', type: 'snapshot', data: { assets: [], pairs: [] } },
    { channel: 'level3', type: 'snapshot', data: [{ symbol: 'BTC/USD', checksum: 1, bids: [], asks: [] }] },
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
    { result: null, id: 1 },
  ],
  // https://www.bitstamp.net/websocket/v2/
  bitstamp: [
    { event: 'bts:subscription_succeeded', channel: 'live_orders_btcusd', data: {} },
    { event: 'order_created', channel: 'live_orders_btcusd', data: BITSTAMP_ORDER },
    { event: 'order_changed', channel: 'live_orders_btcusd', data: BITSTAMP_ORDER },
    { event: 'order_deleted', channel: 'live_orders_btcusd', data: BITSTAMP_ORDER },
    { event: 'data', channel: 'detail_order_book_btcusd', data: { bids: [['1', '1', '14']], asks: [] } },
    { event: 'funding_rate', channel: 'funding_rate_btcusd-perp', data: { funding_rate: '0.001' } },
  ],
  // https://docs.gemini.com/websocket/market-data/v2/about
  gemini: [
    { type: 'candles_1m_updates', symbol: 'BTCUSD', changes: [[1_561_054_500_000, 1, 2, 1, 2, 2.07]] },
    { type: 'candles_1d_updates', symbol: 'BTCUSD', changes: [[1_561_054_500_000, 1, 2, 1, 2, 2.07]] },
    { type: 'auction_indicative', symbol: 'BTCUSD', time_ms: 1, result: 'failure' },
    { type: 'mark_price_updates', symbol: 'BTCGUSDPERP', mark_price_changes: [] },
  ],
  // https://docs.bitfinex.com/docs/ws-public
  bitfinex: [
    { event: 'info', version: 2, serverId: 'x', platform: { status: 1 } },
    { event: 'subscribed', channel: 'candles', chanId: 343_351, key: 'trade:1m:tBTCUSD' },
    [343_351, [[1_533_898_400_000, 6369.3, 6370, 6370, 6369, 1.5]]],
    { event: 'subscribed', channel: 'status', chanId: 5, key: 'deriv:tBTCF0:USTF0' },
    [5, [1_596_124_822_000, null, 0.896, 0.77]],
    { event: 'pong', ts: 1_511_545_528_111, cid: 1234 },
    { event: 'unsubscribed', status: 'OK', chanId: 5 },
    { event: 'auth', status: 'FAILED', chanId: 0, code: 10_100, msg: 'apikey: invalid' },
  ],
};

test.each(Object.keys(FRAMES))('what %s documents and nobody asked for is known', async (venue) => {
  const reader = new CaptureLines();
  const frames = FRAMES[venue]!;
  const lines = frames.map((frame, index) =>
    reader.read(
      JSON.stringify({ conn: 0, dir: 'in', t: `1723161253.${index + 10}`, raw: JSON.stringify(frame) }),
    ),
  );
  const summary = await runCapture(
    await loadVenue(venue),
    lines.filter((line) => line !== null),
  );
  expect(summary.notes.filter((note) => /^(?:Unknown|Malformed)/.test(note))).toEqual([]);
  expect(summary).toMatchObject({ frames: frames.length, unknownFrames: 0, malformedFrames: 0 });
  expect(summary.events).toEqual({ trade: 0, quote: 0, book: 0, statistics: 0, bar: 0 });
});

test('a frame that no documentation shows is counted as unknown', async () => {
  const line = { conn: 0, dir: 'in', t: '1723161253.1', raw: '{"type":"surprise"}' };
  const read = new CaptureLines().read(JSON.stringify(line))!;
  expect(await runCapture(await loadVenue('coinbase'), [read])).toMatchObject({ unknownFrames: 1 });
});
