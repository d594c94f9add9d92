import { describe, expect, it } from 'vitest';
import { AGGRESSOR_BUY, AGGRESSOR_SELL } from '#protocol';
import kraken from '../../../../../server/feeds/kraken/feed.ts';
import { EXAMPLES } from '../../../../../server/feeds/kraken/wire.ts';
import { ARRIVAL_US, feed, RecordingPort } from '../../../../support/recording-port.ts';
import { SeededRandom } from '../../../../support/seeded-random.ts';

const SNAPSHOT =
  '{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":0.5,"qty":2.0}],"asks":[{"price":0.6,"qty":1.5}],"checksum":CRC,"timestamp":"2026-08-18T20:43:35.824274Z"}]}';
// crc32 of `6` `15` `5` `20`.
const RIGHT = SNAPSHOT.replace('CRC', '3512508176');

function connected(symbols: readonly string[] = ['BTC/USD', 'MINA/GBP']) {
  const port = new RecordingPort(symbols);
  const connection = kraken.connect(port);
  connection.onOpen();
  port.told.length = 0;
  return { port, connection };
}

/** What one frame makes an adapter say. */
function toldOf(...frames: string[]): string[] {
  const { port, connection } = connected();
  feed(connection, ...frames);
  return port.told;
}

const ticker = (more: string): string =>
  `{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD",${more}}]}`;

describe('requests', () => {
  it('ask for three channels, each for all symbols, best prices at each change, and a depth', () => {
    const { connection } = connected();
    const frames = connection
      .subscribe(['BTC/USD', 'ETH/USD'])
      .map((frame) => JSON.parse(String(frame)) as object);
    expect(frames).toEqual(
      [
        { channel: 'ticker', event_trigger: 'bbo', snapshot: true },
        { channel: 'trade', snapshot: true },
        { channel: 'book', depth: 25, snapshot: true },
      ].map((params, at) => ({
        method: 'subscribe',
        params: { ...params, symbol: ['BTC/USD', 'ETH/USD'] },
        req_id: at + 1,
      })),
    );
  });

  it('for many symbols go in frames of fifty', () => {
    const { connection } = connected();
    const symbols = Array.from({ length: 120 }, (_, at) => `S${at}/USD`);
    expect(connection.subscribe(symbols)).toHaveLength(9);
    expect(connection.unsubscribe(symbols)).toHaveLength(9);
  });

  it('KR4 bring a book back by giving it up and asking again', () => {
    const frames = connected().connection.resync('BTC/USD').map(String);
    expect(frames.map((frame) => (JSON.parse(frame) as { method: string }).method)).toEqual([
      'unsubscribe',
      'subscribe',
    ]);
    expect(frames.every((frame) => frame.includes('"channel":"book"'))).toBe(true);
  });

  it('of a ping are answered with a sign of life', () => {
    const { connection } = connected();
    expect(JSON.parse(String(connection.ping!()))).toEqual({ method: 'ping', req_id: 1 });
    expect(toldOf(EXAMPLES.pong)).toEqual(['heartbeat']);
  });
});

describe('KR6 answers', () => {
  it('say of each symbol that it was taken', () => {
    expect(toldOf(EXAMPLES.subscribed)).toEqual(['acknowledged MINA/GBP book']);
  });

  it('say of each symbol that it was refused, and of which channel by the request', () => {
    const { port, connection } = connected();
    connection.subscribe(['FOO/BAR']);
    feed(connection, EXAMPLES.refused);
    expect(port.told).toEqual(['refused FOO/BAR book Currency pair not supported FOO/BAR']);
  });

  it('that name no symbol are of the one that the error names, or of the whole request', () => {
    const { port, connection } = connected();
    connection.subscribe(['BTC/USD', 'FOO/BAR']);
    feed(
      connection,
      '{"method":"subscribe","success":false,"error":"Currency pair not supported FOO/BAR","req_id":1}',
      '{"method":"subscribe","success":false,"error":"Malformed request","req_id":2}',
    );
    expect(port.told).toEqual([
      'refused FOO/BAR ticker Currency pair not supported FOO/BAR',
      'refused BTC/USD trade Malformed request',
      'refused FOO/BAR trade Malformed request',
    ]);
  });

  it('to what was given up, and that something was taken already, refuse nothing', () => {
    expect(
      toldOf(
        '{"method":"unsubscribe","success":false,"error":"Subscription Not Found","symbol":"BTC/USD"}',
        '{"method":"unsubscribe","result":{"channel":"book","symbol":"BTC/USD"},"success":true}',
        '{"method":"subscribe","success":false,"error":"Already subscribed","symbol":"BTC/USD"}',
      ),
    ).toEqual(['acknowledged BTC/USD subscription']);
  });

  it.each([
    '{"error":"Exceeded msg rate","method":"subscribe","success":false}',
    '{"error":"Exceeded msg rate"}',
  ])('that too much was asked end the connection for now: %s', (frame) => {
    expect(toldOf(frame)).toEqual([
      'fail for now Kraken takes no more requests for now: "Exceeded msg rate".',
    ]);
  });

  it('with the depth of a book set how deep it is kept', () => {
    const { port, connection } = connected();
    const answer =
      '{"method":"subscribe","result":{"channel":"book","depth":10,"symbol":"BTC/USD"},"success":true}';
    feed(connection, answer);
    const levels = (from: number) =>
      Array.from({ length: 12 }, (_, at) => `{"price":${from + at},"qty":1}`).join(',');
    feed(
      connection,
      SNAPSHOT.replace(/"bids".*"checksum"/, `"bids":[],"asks":[${levels(10)}],"checksum"`).replace(
        'CRC',
        '1',
      ),
    );
    expect(port.faults).toHaveLength(1);
    // crc32 of 10, 1, 11, 1, ... 19, 1: whatever its depth, the best ten count.
    feed(
      connection,
      SNAPSHOT.replace(/"bids".*"checksum"/, `"bids":[],"asks":[${levels(10)}],"checksum"`).replace(
        'CRC',
        '3947953639',
      ),
    );
    expect(port.of('book').map(({ asks }) => asks.length / 2)).toEqual([14]);
  });
});

describe('a book', () => {
  it('KR4 is live with its first right snapshot', () => {
    const { port, connection } = connected();
    feed(connection, RIGHT);
    expect(port.told).toEqual(['live BTC/USD']);
    expect(port.of('book')).toMatchObject([
      { snapshot: true, bids: [50_000_000, 200_000_000], asks: [60_000_000, 150_000_000] },
    ]);
    expect(port.of('book')[0]!.venueTimeUs).toBe(1_787_085_815_824_274);
  });

  it('KR4 that is not what its checksum says is a fault and is not handed on', () => {
    const { port, connection } = connected();
    feed(connection, SNAPSHOT.replace('CRC', '5'));
    expect(port.faults).toEqual([
      { kind: 'checksum', symbol: 'BTC/USD', detail: "The book's checksum is 3512508176 where 5 is due." },
    ]);
    expect(port.events).toEqual([]);
  });

  it('KR4 is compared in the text of the wire: a float would lose the zeros at the end', () => {
    const { port, connection } = connected();
    // crc32 of `6` `15` `5` `2`: what a client comes to that has made numbers of it.
    feed(connection, SNAPSHOT.replace('CRC', '3901919666'));
    expect(port.faults.map(({ kind }) => kind)).toEqual(['checksum']);
  });

  it('is not changed before its snapshot, nor between a fault and the next one', () => {
    const { port, connection } = connected();
    const update = RIGHT.replace('snapshot', 'update');
    feed(connection, update, RIGHT, update.replace('3512508176', '1'), update, RIGHT, update);
    expect(port.told).toEqual([
      'unexpected book update of BTC/USD before its snapshot',
      'live BTC/USD',
      'unexpected book update of BTC/USD before its snapshot',
      'live BTC/USD',
    ]);
    expect(port.of('book').map(({ snapshot }) => snapshot)).toEqual([true, true, false]);
  });

  it('is forgotten when its subscription is asked for anew', () => {
    const { port, connection } = connected();
    feed(connection, RIGHT);
    connection.resync('BTC/USD');
    feed(connection, RIGHT.replace('snapshot', 'update'));
    expect(port.told.at(-1)).toBe('unexpected book update of BTC/USD before its snapshot');
  });

  it.each([
    ['a price that is none', RIGHT.replace('0.5,', '"cheap",')],
    ['a level without a quantity', RIGHT.replace(',"qty":2.0', '')],
    ['no asks', RIGHT.replace(/,"asks":\[.*?\]/, '')],
    ['a checksum that is none', RIGHT.replace('3512508176', '-3')],
    ['a level of null', RIGHT.replace('{"price":0.5,"qty":2.0}', 'null')],
  ])('with %s is a fault, since a level is missing then', (_, frame) => {
    const { port, connection } = connected();
    feed(connection, RIGHT, frame);
    expect(port.faults.map(({ kind }) => kind)).toEqual(['malformed']);
    expect(port.events).toHaveLength(1);
  });

  it('is read in another order of members, and with exponents', () => {
    const { port, connection } = connected();
    feed(
      connection,
      RIGHT.replace(/("bids":\[.*?\]),("asks":\[.*?\])/, '$2,$1').replace('"qty":2.0', '"qty":20e-1'),
    );
    // 20e-1 is 2, and so are its digits.
    expect(port.faults.map(({ detail }) => detail)).toEqual([
      "The book's checksum is 3901919666 where 3512508176 is due.",
    ]);
  });

  it('whose sides cross is a fault', () => {
    const { port, connection } = connected();
    // crc32 of `5` `15` `5` `20`.
    feed(connection, SNAPSHOT.replace('0.6', '0.5').replace('CRC', '1472785854'));
    expect(port.faults.map(({ kind }) => kind)).toEqual(['crossed']);
  });
});

describe('trades', () => {
  it("KR1 have the taker's side, their id as text and their time to the microsecond", () => {
    const { port, connection } = connected();
    feed(
      connection,
      EXAMPLES.trade,
      EXAMPLES.trade.replace('"buy"', '"sell"').replace('10218208', '10218209'),
    );
    expect(port.trades).toEqual(
      [
        ['10218208', AGGRESSOR_BUY],
        ['10218209', AGGRESSOR_SELL],
      ].map(([id, aggressor]) => ({
        symbol: 'BTC/USD',
        id,
        price: '105944.2',
        size: '0.00027625',
        aggressor,
        venueTimeUs: 1_787_085_841_440_295,
        receiveTimeUs: ARRIVAL_US,
      })),
    );
  });

  it('KR1 of a snapshot come oldest first, whichever way they are sent', () => {
    const { port, connection } = connected();
    const row = (id: number) =>
      `{"symbol":"BTC/USD","side":"buy","price":1,"qty":1,"ord_type":"limit","trade_id":${id},"timestamp":"2026-08-18T20:44:01.440295Z"}`;
    feed(connection, `{"channel":"trade","type":"snapshot","data":[${[100, 99, 9].map(row).join(',')}]}`);
    expect(port.trades.map(({ id }) => id)).toEqual(['9', '99', '100']);
  });

  it.each([
    ['no id', EXAMPLES.trade.replace('"trade_id":10218208,', '')],
    ['a price of another type', EXAMPLES.trade.replace('105944.2', '{"amount":1}')],
    ['no time', EXAMPLES.trade.replace(/,"timestamp":"[^"]*"/, '')],
    ['no symbol', EXAMPLES.trade.replace('"symbol":"BTC/USD",', '')],
    ['no rows', '{"channel":"trade","type":"update","data":{}}'],
    ['a row of null', '{"channel":"trade","type":"update","data":[null]}'],
  ])('with %s are malformed', (_, frame) => {
    const { port, connection } = connected();
    feed(connection, frame);
    expect(port.trades).toEqual([]);
    expect(port.told).toHaveLength(1);
    expect(port.told[0]).toMatch(/^malformed /);
  });
});

describe('a ticker', () => {
  it('KR5 is a quote, and statistics with the price of 24 h ago', () => {
    const { port, connection } = connected();
    feed(connection, EXAMPLES.ticker);
    expect(port.events).toMatchObject([
      {
        type: 'quote',
        bid: 10_594_420_000_000,
        bidSize: 250_000_000,
        ask: 10_594_430_000_000,
        askSize: 320_000_000,
      },
      {
        type: 'statistics',
        open: 10_564_940_000_000,
        high: 10_661_310_000_000,
        low: 10_471_100_000_000,
        volume: 16_328_908_096,
      },
    ]);
    expect(port.events[0]!.venueTimeUs).toBe(1_787_085_841_123_456);
  });

  it('says its 24 h numbers once while they stay the same', () => {
    const { port, connection } = connected();
    feed(connection, EXAMPLES.ticker, EXAMPLES.ticker.replace('105944.2', '105944.1'));
    expect(port.events.map(({ type }) => type)).toEqual(['quote', 'statistics', 'quote']);
    feed(connection, EXAMPLES.ticker.replace('163.28908096', '163.28908097'));
    expect(port.of('statistics')).toHaveLength(2);
  });

  it('KR5 of a share that does not trade, all 0 and of 1970, is no price', () => {
    const { port, connection } = connected();
    const zero = '"bid":0,"bid_qty":0,"ask":0,"ask_qty":0,"last":0,"volume":0,"low":0,"high":0,"change":0';
    feed(connection, ticker(`${zero},"timestamp":"1970-01-01T00:00:00.000000Z"`));
    expect([port.events, port.told]).toEqual([[], []]);
  });

  it('KR5 with one side has the other absent, and its arrival for a time of 1970', () => {
    const { port, connection } = connected();
    const sides = '"bid":0,"bid_qty":0,"ask":2,"ask_qty":1,"last":0,"volume":0,"low":0,"high":0,"change":0';
    feed(connection, ticker(`${sides},"timestamp":"1970-01-01T00:00:00.000000Z"`));
    expect(port.events).toEqual([
      {
        type: 'quote',
        instrument: 0,
        bid: Number.NaN,
        bidSize: Number.NaN,
        ask: 200_000_000,
        askSize: 100_000_000,
        venueTimeUs: ARRIVAL_US,
        receiveTimeUs: ARRIVAL_US,
      },
    ]);
  });

  it('has no price of 24 h ago when the change has more digits than prices have', () => {
    const { port, connection } = connected();
    feed(connection, EXAMPLES.ticker.replace('"change":250.0', '"change":250.00000000000003'));
    expect(port.of('statistics')[0]!.open).toBeNaN();
  });

  it('without its best prices is malformed', () => {
    expect(toldOf(ticker('"bid":1,"bid_qty":1'))).toEqual([
      'malformed A ticker of BTC/USD without its best prices.',
    ]);
  });
});

describe('other frames', () => {
  it('KR7 of the heartbeat are a sign of life', () => {
    expect(toldOf(EXAMPLES.heartbeat)).toEqual(['heartbeat']);
  });

  it('KR8 of the status are counted when the venue is not as usual, and end the connection in maintenance', () => {
    const status = (system: string) => EXAMPLES.status.replace('"online"', `"${system}"`);
    expect(toldOf(EXAMPLES.status)).toEqual([]);
    expect(toldOf(status('cancel_only'), status('post_only'))).toEqual([
      'notice Its markets are cancel_only.',
      'notice Its markets are post_only.',
    ]);
    expect(toldOf(status('maintenance'))).toEqual([
      'fail for now Kraken is in maintenance: its markets are offline.',
    ]);
  });

  it.each([
    ['[0,[["5541.20000","0.15850568","1534614057.321597","s","l",""]],"trade","XBT/USD"]'],
    ['{"connectionID":17843232920108168701,"event":"systemStatus","status":"online","version":"1.8.3"}'],
  ])('KR9 of WebSocket v1 are told by name, and it is no use to go on: %s', (frame) => {
    expect(toldOf(frame)).toEqual([
      'fail for good This is Kraken WebSocket v1; this adapter reads v2, which is served at wss://ws.kraken.com/v2.',
    ]);
  });

  it('of channels that were not asked for, or that nobody knows, are counted', () => {
    expect(
      toldOf(
        '{"channel":"instrument","type":"snapshot","data":{}}',
        '{"channel":"horoscope","data":[]}',
        '{"method":"horoscope"}',
        EXAMPLES.trade.replace('BTC/USD', 'DOGE/USD'),
        EXAMPLES.ticker.replace('BTC/USD', 'DOGE/USD'),
        EXAMPLES.book_snapshot,
      ),
    ).toEqual([
      'unexpected instrument',
      'unknown channel horoscope',
      'unknown method horoscope',
      'unexpected trade of DOGE/USD',
      'unexpected ticker of DOGE/USD',
      'unexpected book of MATIC/USD',
    ]);
  });

  it('that are no JSON, no object or no text are malformed', () => {
    const { port, connection } = connected();
    feed(connection, '', '<html>', '5', 'null', '"text"', Uint8Array.of(1, 2));
    expect(port.told).toHaveLength(6);
    expect(port.told.every((word) => word.startsWith('malformed '))).toBe(true);
  });

  it('that were damaged anywhere never make it throw, nor show a number that is none', () => {
    const random = new SeededRandom(1_970);
    const frames = [...Object.values(EXAMPLES), RIGHT];
    for (let round = 0; round < 4_000; round += 1) {
      const { port, connection } = connected(['BTC/USD', 'MINA/GBP', 'MATIC/USD']);
      const text = frames[random.below(frames.length)]!;
      const at = random.below(text.length);
      const piece = ['', '"', '}', '[]', ',', '-', 'null', 'e9', '{}', '"x":'][random.below(10)]!;
      const damaged = text.slice(0, at) + piece + text.slice(at + random.below(4));
      expect(() => feed(connection, RIGHT, damaged, RIGHT), damaged).not.toThrow();
      for (const event of port.of('book')) {
        expect([...event.bids, ...event.asks].every(Number.isSafeInteger), damaged).toBe(true);
      }
    }
  });
});
