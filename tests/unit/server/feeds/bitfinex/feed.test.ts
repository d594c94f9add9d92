import { describe, expect, it } from 'vitest';
import { AGGRESSOR_BUY, AGGRESSOR_SELL } from '#protocol';
import bitfinex from '../../../../../server/feeds/bitfinex/feed.ts';
import { rounded } from '../../../../../server/feeds/bitfinex/map.ts';
import { feed, RecordingPort } from '../../../../support/recording-port.ts';

const CONF = '{"event":"conf","status":"OK","flags":65536}';
const subscribed = (channel: string, chanId: number, symbol = 'tBTCUSD') => ({
  event: 'subscribed',
  channel,
  chanId,
  symbol,
});

function connected() {
  const port = new RecordingPort(['BTCUSD', 'ETHUSD'], '0.00000001');
  const connection = bitfinex.connect(port);
  connection.onOpen();
  feed(connection, '{"event":"info","version":2,"platform":{"status":1}}', CONF);
  connection.subscribe(['BTCUSD', 'ETHUSD']);
  return { port, connection };
}

describe('Bitfinex', () => {
  it('BF2: is asked for sequence numbers before anything else', () => {
    const { port } = connected();
    expect(port.sent).toEqual(['{"event":"conf","flags":65536}']);
    expect(port.told).toEqual(['ready']);
  });

  it('is asked for three channels a symbol, each by itself', () => {
    expect(bitfinex.connect(new RecordingPort(['BTCUSD'])).subscribe(['BTCUSD'])).toEqual([
      '{"event":"subscribe","channel":"ticker","symbol":"tBTCUSD"}',
      '{"event":"subscribe","channel":"trades","symbol":"tBTCUSD"}',
      '{"event":"subscribe","channel":"book","symbol":"tBTCUSD","prec":"P0","freq":"F0","len":"100"}',
    ]);
  });

  it('BF1, BF4: sends the whole book, then a row a change; count 0 removes a level', () => {
    const { port, connection } = connected();
    feed(
      connection,
      subscribed('book', 7),
      '[7,[[10,1,2e-8],[11,1,-0.5]],1]',
      '[7,[10,0,1],2]',
      '[7,[11.5,3,-1.25],3]',
    );
    expect(port.told).toEqual(['ready', 'acknowledged BTCUSD book', 'live BTCUSD']);
    expect(port.of('book')).toMatchObject([
      { snapshot: true, bids: [1_000_000_000, 2], asks: [1_100_000_000, 50_000_000] },
      { snapshot: false, bids: [1_000_000_000, 0], asks: [] },
      { snapshot: false, bids: [], asks: [1_150_000_000, 125_000_000] },
    ]);
  });

  it('BF5: sends the latest trades newest first, then each when it happens, and once more when it is stored', () => {
    const { port, connection } = connected();
    feed(
      connection,
      subscribed('trades', 8),
      '[8,[[902,1618665870435,-0.5,0.1],[901,1618665870000,762,0.076539]],1]',
      '[8,"te",[903,1618665871000,1.5,0.11],2]',
      '[8,"tu",[903,1618665871000,1.5,0.11],3]',
    );
    expect(port.trades.map(({ id, price, size, aggressor }) => [id, price, size, aggressor])).toEqual([
      ['901', '0.076539', '762', AGGRESSOR_BUY],
      ['902', '0.1', '0.5', AGGRESSOR_SELL],
      ['903', '0.11', '1.5', AGGRESSOR_BUY],
    ]);
  });

  it('BF6: sends the day’s numbers; volumes are float sums and are cut to the decimals that sizes have', () => {
    const { port, connection } = connected();
    feed(
      connection,
      subscribed('ticker', 9),
      '[9,[1,2,3,4,-0.5,-0.03,60400,10.0532024200000001,62408,60057],1]',
    );
    expect(port.of('statistics')).toMatchObject([
      { open: 6_040_050_000_000, high: 6_240_800_000_000, low: 6_005_700_000_000, volume: 1_005_320_242 },
    ]);
    expect(['86.2067634199999', '1.7954053099999998', '0.000000005', '12', '3.5'].map(rounded)).toEqual([
      '86.20676342',
      '1.79540531',
      '0.00000001',
      '12',
      '3.5',
    ]);
  });

  it('BF2: has a gap in every symbol when a number is missing, also that of a heartbeat', () => {
    const { port, connection } = connected();
    feed(connection, '[7,"hb",5]', '[7,"hb",6]', '[7,"hb",8]');
    expect(port.faults).toEqual([{ kind: 'gap', detail: 'Frame 8 follows 6.' }]);
  });

  it('BF2: leaves out a frame that came before, which is no hole', () => {
    const { port, connection } = connected();
    feed(
      connection,
      subscribed('trades', 8),
      '[8,[[1,1600000000000,1,2]],5]',
      '[8,[[1,1600000000000,1,2]],5]',
    );
    feed(connection, '[8,"hb",6]');
    expect([port.faults.length, port.trades.length]).toEqual([0, 1]);
  });

  it('BF2: finds the number beside a time of the venue, which others ask for', () => {
    const { port, connection } = connected();
    feed(connection, { event: 'conf', status: 'OK', flags: 65_536 + 32_768 });
    feed(connection, '[7,"hb",5,1600000000000]', '[7,"hb",6,1600000000900]', '[7,"hb",8,1600000001000]');
    expect(port.faults).toEqual([{ kind: 'gap', detail: 'Frame 8 follows 6.' }]);
  });

  it('begins a book anew after a fault, and lets everything go by number', () => {
    const { connection } = connected();
    feed(connection, subscribed('book', 7), subscribed('trades', 8));
    expect(connection.resync('BTCUSD')).toEqual([
      '{"event":"unsubscribe","chanId":7}',
      '{"event":"subscribe","channel":"book","symbol":"tBTCUSD","prec":"P0","freq":"F0","len":"100"}',
    ]);
    expect(connection.unsubscribe(['BTCUSD'])).toEqual(['{"event":"unsubscribe","chanId":8}']);
  });

  it('ends a channel that was granted after its last viewer went', () => {
    const { port, connection } = connected();
    connection.unsubscribe(['BTCUSD']);
    port.forget('BTCUSD');
    feed(connection, subscribed('ticker', 3));
    expect(port.sent.at(-1)).toBe('{"event":"unsubscribe","chanId":3}');
  });

  it('BF7: refuses a symbol, asks for a new connection, goes into maintenance', () => {
    const { port, connection } = connected();
    feed(
      connection,
      { event: 'error', msg: 'symbol: invalid', code: 10_300, channel: 'ticker', symbol: 'tNONE' },
      { event: 'error', msg: 'subscribe: dup', code: 10_301, symbol: 'tBTCUSD' },
      { event: 'info', code: 20_051, msg: 'Stopping' },
      { event: 'info', code: 20_052, msg: 'A new pair tomorrow.' },
      { event: 'info', code: 20_060 },
    );
    expect(port.told.slice(1)).toEqual([
      'refused NONE ticker symbol: invalid (10300)',
      'rotate Bitfinex asks for a new connection (20051): Stopping',
      'notice A new pair tomorrow. (20052)',
      'fail for now Bitfinex is in maintenance.',
    ]);
  });

  it('is told apart from what cannot be read', () => {
    const { port, connection } = connected();
    feed(connection, subscribed('book', 7), subscribed('trades', 8), subscribed('ticker', 9));
    feed(
      connection,
      '[7,[[10,1]],1]',
      '[8,"te",null,2]',
      '[9,[1,2],3]',
      '[7,"ps",4]',
      '[70,[1],5]',
      '[1]',
      '{"event":"surprise"}',
    );
    expect(port.told.slice(4)).toEqual([
      'malformed 1 levels of BTCUSD are no numbers.',
      'live BTCUSD',
      'malformed A trade of BTCUSD cannot be read.',
      'malformed A ticker of BTCUSD has 2 fields.',
      'unknown book ps',
      'unexpected data of channel 70',
      'malformed A frame is neither an array nor an object with an event.',
      'unknown surprise',
    ]);
  });

  it('lists pairs of spot and perpetuals', async () => {
    const port = new RecordingPort([]);
    port.answers.set(
      '/v2/conf/pub:list:pair:exchange,pub:list:pair:futures',
      '[["BTCUSD","TESTBTC:TESTUSD"],["BTCF0:USTF0"]]',
    );
    const listings = await bitfinex.listings(port.rest, []);
    expect(listings.map(({ symbol, currency, assetClass }) => [symbol, currency, assetClass])).toEqual([
      ['BTCUSD', 'USD', 'crypto'],
      ['TESTBTC:TESTUSD', 'TESTUSD', 'crypto'],
      ['BTCF0:USTF0', 'USTF0', 'future'],
    ]);
    expect(await bitfinex.listings(port.rest, ['ETHUSD'])).toEqual([]);
  });
});
