import { describe, expect, it } from 'vitest';
import { AlpacaConnection } from '../../../../../server/feeds/alpaca/connection.ts';
import { EXAMPLES } from '../../../../../server/feeds/alpaca/wire.ts';
import { alpacaFrame } from '../../../../support/fake-venue/alpaca.ts';
import { RecordingPort, feed } from '../../../../support/recording-port.ts';

/** A connection that was let in, speaking JSON. */
function letIn(...symbols: string[]) {
  const port = new RecordingPort(symbols, '1');
  const connection = new AlpacaConnection(port);
  connection.onOpen();
  feed(connection, EXAMPLES.connected, EXAMPLES.authenticated);
  return { port, connection };
}

/** The same with subscriptions that stand. */
function subscribed(...symbols: string[]) {
  const { port, connection } = letIn(...symbols);
  connection.subscribe(symbols);
  feed(connection, listOf(symbols), listOf(symbols));
  return { port, connection };
}

const listOf = (symbols: readonly string[]): object[] => [
  { T: 'subscription', trades: symbols, quotes: symbols },
];
const error = (code: number, msg = ''): object[] => [{ T: 'error', code, msg }];
const sentOf = (port: RecordingPort): unknown[] =>
  port.sent.map((frame) => JSON.parse(String(frame)) as unknown);
const framesOf = (frames: readonly unknown[]): unknown[] =>
  frames.map((frame) => JSON.parse(String(frame)) as unknown);

describe('letting in', () => {
  it('AL10: sends the keys when the venue has spoken, and is ready when they were taken', () => {
    const port = new RecordingPort(['AAPL']);
    const connection = new AlpacaConnection(port);
    connection.onOpen();
    expect(port.sent).toEqual([]);
    feed(connection, EXAMPLES.connected);
    expect(sentOf(port)).toEqual([{ action: 'auth', key: 'ALPACA_KEY_ID', secret: 'ALPACA_SECRET_KEY' }]);
    expect(port.told).toEqual([]);
    feed(connection, EXAMPLES.authenticated);
    expect(port.told).toEqual(['ready']);
  });

  it('AL1: speaks the codec in which the venue spoke first', () => {
    const port = new RecordingPort(['AAPL']);
    const connection = new AlpacaConnection(port);
    feed(connection, alpacaFrame({ T: 'success', msg: 'connected' }, 'msgpack'));
    expect(port.sent[0]).toBeInstanceOf(Uint8Array);
    expect(connection.subscribe(['AAPL'])[0]).toBeInstanceOf(Uint8Array);
  });

  it('ends for good without keys', () => {
    const port = new RecordingPort(['AAPL']);
    port.key = (env) => (env === 'ALPACA_KEY_ID' ? 'id' : '');
    new AlpacaConnection(port).onOpen();
    expect(port.told).toEqual([
      'fail for good Alpaca needs ALPACA_KEY_ID and ALPACA_SECRET_KEY in the environment.',
    ]);
  });

  it.each([
    [402, 'fail for good Alpaca refuses the keys (402): check ALPACA_KEY_ID and ALPACA_SECRET_KEY.'],
    [404, 'fail for now The keys came too late for Alpaca (404).'],
    [
      406,
      'fail for now Alpaca allows one connection an account and another is open (406): it is tried again until that one ends.',
    ],
    [408, 'fail for good This account may not use the stream (408).'],
    [409, 'fail for good Alpaca: the account has no subscription for this feed (409).'],
    [500, 'fail for now Alpaca reports a fault of its own (500).'],
    [599, 'fail for now Alpaca reports an error: 599 new'],
  ])('AL9: an error %i instead of the answer ends the connection', (code, told) => {
    const port = new RecordingPort(['AAPL']);
    feed(new AlpacaConnection(port), EXAMPLES.connected, error(code, 'new'));
    expect(port.told).toEqual([told]);
  });
});

describe('subscriptions', () => {
  it('AL6: ask for trades and quotes, and for what a feed may lack apart from them', () => {
    const { port, connection } = letIn('AAPL', 'MSFT');
    const symbols = ['AAPL', 'MSFT'];
    expect(framesOf(connection.subscribe(symbols))).toEqual([
      { action: 'subscribe', trades: symbols, quotes: symbols },
      { action: 'subscribe', dailyBars: symbols, statuses: symbols },
    ]);
    feed(connection, listOf(['AAPL', 'MSFT', 'OTHER']));
    expect(port.told.slice(1)).toEqual([
      'acknowledged AAPL trades',
      'acknowledged AAPL quotes',
      'live AAPL',
      'acknowledged MSFT trades',
      'acknowledged MSFT quotes',
      'live MSFT',
    ]);
    expect(framesOf(connection.unsubscribe(['AAPL']))).toEqual([
      { action: 'unsubscribe', trades: ['AAPL'], quotes: ['AAPL'], dailyBars: ['AAPL'], statuses: ['AAPL'] },
    ]);
  });

  it('AL6: that the answer does not list are not live', () => {
    const { port, connection } = letIn('AAPL', 'MSFT');
    connection.subscribe(['AAPL', 'MSFT']);
    feed(connection, listOf(['MSFT']));
    expect(port.told).not.toContain('live AAPL');
  });

  it('AL7: beyond the symbol limit are asked for in halves until the one that is too many is found', () => {
    const { port, connection } = letIn('A', 'B', 'C');
    const asked = framesOf(connection.subscribe(['A', 'B', 'C'])) as { trades?: string[] }[];
    // The fake's part: three are too many, in the order of the requests.
    const active: string[] = [];
    for (let at = 0; at < asked.length; at += 1) {
      const { trades = [] } = asked[at]!;
      const before = port.sent.length;
      if (new Set([...active, ...trades]).size > 2) feed(connection, error(405));
      else {
        active.push(...trades);
        feed(connection, listOf(active));
      }
      asked.push(...(framesOf(port.sent.slice(before)) as { trades?: string[] }[]));
    }
    expect(port.told.filter((line) => /^(?:live|refused)/.test(line))).toEqual([
      'live A',
      'live B',
      'refused C trades, quotes the symbol limit of the account is reached (405).',
    ]);
  });

  it('AL8: are served without what a feed lacks, and the next answer is that of the next request', () => {
    const { port, connection } = letIn('AAPL', 'MSFT');
    connection.subscribe(['AAPL']);
    connection.subscribe(['MSFT']);
    feed(connection, listOf(['AAPL']), error(410), listOf(['AAPL', 'MSFT']));
    expect(port.told).toContain(
      'unexpected no daily bars and status of 1 symbols: this feed has no such channel (410).',
    );
    expect(port.told).toContain('live MSFT');
  });

  it('ask for one of them again as a sign of life', () => {
    const { connection } = subscribed('AAPL');
    expect(framesOf([connection.ping()])).toEqual([{ action: 'subscribe', trades: ['AAPL'] }]);
  });

  it("AL9: survive what only tells that the keys are known, and not a slow reader's cut", () => {
    const { port, connection } = subscribed('AAPL');
    feed(connection, error(403), error(407));
    expect(port.told.slice(-2)).toEqual([
      'notice Alpaca had the keys already (403).',
      'fail for now Alpaca cut us off because we read too slowly (407).',
    ]);
  });
});

describe('data', () => {
  it('AL3: AL4 of a stock trade has an id with its exchange and no guessed side', () => {
    const { port, connection } = subscribed('AAPL');
    feed(connection, EXAMPLES.trade);
    expect(port.trades).toMatchObject([
      {
        symbol: 'AAPL',
        id: 'V:52983525029461',
        price: '150.31',
        size: '100',
        aggressor: 0,
        venueTimeUs: 1_767_623_400_123_456,
      },
    ]);
  });

  it("AL2: AL3 of a crypto trade keeps an id beyond 2^53 and the taker's side", () => {
    const { port, connection } = subscribed('AVAX/USD');
    feed(connection, EXAMPLES.cryptoTrade);
    expect(port.trades).toMatchObject([
      { id: '3447222699101865076', price: '47.299', size: '29.205707815', aggressor: 2 },
    ]);
  });

  it('AL5: of a quote leaves out a side without price', () => {
    const { port, connection } = subscribed('AAPL');
    feed(connection, EXAMPLES.quote, [
      { T: 'q', S: 'AAPL', bp: 0, bs: 0, ap: 150.5, as: 3, t: '2026-01-05T14:30:01Z' },
    ]);
    expect(port.of('quote').map(({ bid, bidSize, ask, askSize }) => [bid, bidSize, ask, askSize])).toEqual([
      [15_030, 2, 15_032, 1],
      [Number.NaN, Number.NaN, 15_050, 3],
    ]);
  });

  it('of the day so far becomes its statistics', () => {
    const { port, connection } = subscribed('AAPL');
    feed(connection, EXAMPLES.dailyBar);
    expect(port.of('statistics')).toMatchObject([
      { open: 14_980, high: 15_102, low: 14_950, volume: 1_203_400 },
    ]);
  });

  it('AL11: may come in lists of any length', () => {
    const { port, connection } = subscribed('AAPL');
    const [trade] = JSON.parse(EXAMPLES.trade) as object[];
    const [quote] = JSON.parse(EXAMPLES.quote) as object[];
    feed(connection, [trade!, quote!, trade!]);
    expect([port.trades.length, port.of('quote').length]).toEqual([2, 1]);
  });

  it('AL12: of a halt takes the instrument out of the live ones, with the reason, until it is resumed', () => {
    const { port, connection } = subscribed('AAPL');
    feed(connection, EXAMPLES.halted, EXAMPLES.resumed, EXAMPLES.resumed);
    feed(connection, [
      { T: 's', S: 'AAPL', sc: 'E', sm: 'Short Sale Restriction', t: '2026-01-05T15:00:00Z' },
    ]);
    expect(port.told.slice(-2)).toEqual([
      'refused AAPL trading Trading Halt, Additional Information Requested.',
      'live AAPL',
    ]);
  });

  it('AL13: of corrections and cancels is told', () => {
    const { port, connection } = subscribed('AAPL');
    feed(connection, EXAMPLES.correction, EXAMPLES.cancel);
    expect(port.told.slice(-2)).toEqual([
      'unexpected a correction of a trade of AAPL, which stays as it was taken',
      'unexpected a cancel of a trade of AAPL, which stays as it was taken',
    ]);
  });

  it('of a crypto book counts from its first snapshot on', () => {
    const { port, connection } = subscribed('BTC/USD');
    const change = [{ T: 'o', S: 'BTC/USD', t: '2024-03-12T10:38:51Z', b: [{ p: 71_859.53, s: 0 }], a: [] }];
    feed(connection, change, EXAMPLES.cryptoBook, change);
    expect(port.of('book').map(({ snapshot, bids, asks }) => [snapshot, bids, asks])).toEqual([
      [true, [7_185_953, 27_994], [7_193_970, 83_953, 7_194_040, 28_025]],
      [false, [7_185_953, 0], []],
    ]);
    feed(connection, [{ T: 'o', S: 'BTC/USD', t: '2024-03-12T10:38:51Z', b: [{ p: 'x', s: 1 }] }], change);
    expect([port.faults.length, port.of('book').length]).toEqual([1, 2]);
    expect(framesOf(connection.resync('BTC/USD'))).toHaveLength(3);
  });

  it('AL2: is the same in MessagePack, to the microsecond and the digit', () => {
    const { port, connection } = subscribed('AAPL');
    const bytes = Buffer.concat([
      Buffer.from(
        '91 86 a154 a174 a153 a44141504c a169 cfffffffffffffffff a170 cb4062c9eb851eb852 a173 64 a174 d7ff'.replaceAll(
          ' ',
          '',
        ),
        'hex',
      ),
      Buffer.from(((123_456_789n << 34n) | 1_767_623_400n).toString(16).padStart(16, '0'), 'hex'),
    ]);
    feed(connection, bytes);
    expect(port.trades).toMatchObject([
      { id: '18446744073709551615', price: '150.31', size: '100', venueTimeUs: 1_767_623_400_123_456 },
    ]);
  });

  it.each([
    ['no list', '{"T":"t"}', 'malformed The frame is no list of messages.'],
    ['no message', '[1]', 'malformed The frame holds what is no message.'],
    ['no type', '[{}]', 'malformed The message has no T.'],
    ['a new type', '[{"T":"z"}]', 'unknown z'],
    ['no symbol', '[{"T":"t"}]', 'malformed A message t names no symbol.'],
    ['another symbol', '[{"T":"t","S":"OTHER"}]', 'unexpected t of OTHER'],
    ['a bar', '[{"T":"b","S":"AAPL"}]', 'unexpected b of AAPL'],
    [
      'a trade without a price',
      '[{"T":"t","S":"AAPL","i":1,"s":1,"t":"2026-01-05T14:30:00Z"}]',
      'malformed A trade of AAPL is not as documented.',
    ],
    [
      'a quote without a time',
      '[{"T":"q","S":"AAPL","bp":1,"bs":1,"ap":1,"as":1}]',
      'malformed A message q of AAPL is not as documented.',
    ],
    [
      'an error that answers nothing',
      '[{"T":"error","code":400}]',
      'malformed An error that answers nothing: Alpaca did not understand the request (400).',
    ],
  ])('with %s is counted and changes nothing', (_, frame, told) => {
    const { port, connection } = subscribed('AAPL');
    feed(connection, frame);
    expect(port.told.at(-1)).toBe(told);
    expect([port.events, port.trades]).toEqual([[], []]);
  });
});
