import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AGGRESSOR_BUY } from '#protocol';
import binance from '../../../../../server/feeds/binance/feed.ts';
import { EXAMPLES } from '../../../../../server/feeds/binance/wire.ts';
import { ARRIVAL_US, feed, RecordingPort } from '../../../../support/recording-port.ts';
import { SeededRandom } from '../../../../support/seeded-random.ts';

const SYMBOLS = ['NKNUSDT', 'BTCUSDT', 'BNBBTC'];
const DEPTH_PATH = '/api/v3/depth?symbol=NKNUSDT&limit=5000';

function connected(symbols: readonly string[] = SYMBOLS) {
  const port = new RecordingPort(symbols);
  const connection = binance.connect(port);
  connection.onOpen();
  port.told.length = 0;
  return { port, connection };
}

function toldOf(...frames: string[]): string[] {
  const { port, connection } = connected();
  feed(connection, ...frames);
  return port.told;
}

const depthUpdate = (firstId: number, lastId: number): string =>
  EXAMPLES.depthUpdate.replace('499869750', String(firstId)).replace('499869752', String(lastId));

describe('requests', () => {
  it('BN5 BN7 name four streams of a symbol, in lower case', () => {
    const [frame, ...more] = connected().connection.subscribe(['BTCUSDT', '币安人生USDT']);
    expect(more).toEqual([]);
    expect(JSON.parse(String(frame))).toEqual({
      method: 'SUBSCRIBE',
      params: ['btcusdt', '币安人生usdt'].flatMap((symbol) =>
        ['aggTrade', 'bookTicker', 'ticker', 'depth@100ms'].map((stream) => `${symbol}@${stream}`),
      ),
      id: 1,
    });
  });

  it('BN6 hold a connection to 1,024 streams and to less than 5 frames a second', () => {
    const { connection } = connected();
    const symbols = Array.from({ length: binance.symbolsPerConnection }, (_, at) => `S${at}USDT`);
    const streams = connection
      .subscribe(symbols)
      .flatMap((frame) => (JSON.parse(String(frame)) as { params: string[] }).params);
    expect(streams).toHaveLength(1_024);
    expect(binance.framesPerSecond).toBeLessThan(5);
    expect(connection.unsubscribe(['S1USDT']).map(String)[0]).toContain('UNSUBSCRIBE');
  });

  it('BN5 that were answered are acknowledged, and the book is asked for at once', async () => {
    const { port, connection } = connected();
    port.answers.set(DEPTH_PATH, EXAMPLES.snapshot);
    connection.subscribe(['NKNUSDT']);
    feed(connection, EXAMPLES.subscribed);
    expect(port.told).toEqual([
      'acknowledged NKNUSDT aggTrade',
      'acknowledged NKNUSDT bookTicker',
      'acknowledged NKNUSDT ticker',
      'acknowledged NKNUSDT depth@100ms',
    ]);
    expect(port.restPaths).toEqual([DEPTH_PATH]);
    await turn();
    expect(port.told.at(-1)).toBe('live NKNUSDT');
    expect(port.of('book')).toMatchObject([
      { snapshot: true, venueTimeUs: ARRIVAL_US, receiveTimeUs: ARRIVAL_US },
    ]);
  });

  it('that were refused are told of each symbol, with the reason', () => {
    const { port, connection } = connected();
    connection.subscribe(['BTCUSDT', 'NKNUSDT']);
    feed(connection, EXAMPLES.refused, EXAMPLES.refused);
    const reason = 'subscription Invalid request: too many parameters (2)';
    expect(port.told).toEqual([
      `refused BTCUSDT ${reason}`,
      `refused NKNUSDT ${reason}`,
      'unexpected the answer "Invalid request: too many parameters (2)"',
    ]);
  });

  it('to give something up are answered without a word', () => {
    const { port, connection } = connected();
    connection.unsubscribe(['BTCUSDT']);
    feed(connection, EXAMPLES.subscribed);
    expect(port.told).toEqual([]);
  });
});

describe('events', () => {
  it('BN3 of quotes without a time have their arrival for it', () => {
    const { port, connection } = connected();
    feed(connection, EXAMPLES.bookTicker);
    expect(port.events).toEqual([
      {
        type: 'quote',
        instrument: 1,
        bid: 6_183_763_000_000,
        bidSize: 378_826_000,
        ask: 6_183_764_000_000,
        askSize: 154_698_000,
        venueTimeUs: ARRIVAL_US,
        receiveTimeUs: ARRIVAL_US,
      },
    ]);
  });

  it('of quotes with an empty side have it absent', () => {
    const { port, connection } = connected();
    feed(
      connection,
      EXAMPLES.bookTicker.replace('61837.63000000', '0.00000000').replace('3.78826000', '0.00000000'),
    );
    expect(port.of('quote')).toMatchObject([
      { bid: Number.NaN, bidSize: Number.NaN, ask: 6_183_764_000_000 },
    ]);
  });

  it('of trades go on with their text', () => {
    const { port, connection } = connected();
    feed(connection, EXAMPLES.aggTrade);
    expect(port.trades).toEqual([
      {
        symbol: 'NKNUSDT',
        id: '15683430',
        price: '0.35280000',
        size: '58.00000000',
        aggressor: AGGRESSOR_BUY,
        venueTimeUs: 1_633_998_523_963_000,
        receiveTimeUs: ARRIVAL_US,
      },
    ]);
  });

  it('BN4 of trades are of one kind: the other has the same volume again', () => {
    const { port, connection } = connected();
    feed(connection, EXAMPLES.trade, EXAMPLES.aggTrade, EXAMPLES.trade);
    expect(port.trades.map(({ symbol }) => symbol)).toEqual(['BTCUSDT', 'BTCUSDT']);
    expect(port.told).toEqual(['unexpected aggTrade of NKNUSDT']);
  });

  it('of statistics are whole numbers of 24 h, and none when nothing traded', () => {
    const { port, connection } = connected();
    feed(connection, EXAMPLES.ticker, EXAMPLES.ticker.replaceAll(/"([hl])":"[^"]*"/g, '"$1":"0.00000000"'));
    expect(port.events).toMatchObject([
      { type: 'statistics', open: 100_000, high: 250_000, low: 100_000, volume: 1_000_000_000_000 },
    ]);
  });

  it('of the book begin with the snapshot, and go on from it', async () => {
    const { port, connection } = connected();
    port.answers.set(DEPTH_PATH, EXAMPLES.snapshot);
    feed(connection, depthUpdate(499_869_750, 499_869_752), depthUpdate(499_869_753, 499_869_754));
    expect(port.events).toEqual([]);
    await turn();
    feed(connection, depthUpdate(499_869_755, 499_869_755));
    expect(port.of('book').map(({ snapshot }) => snapshot)).toEqual([true, false, false]);
    expect(port.told).toEqual(['live NKNUSDT']);
  });

  it('BN13 of a book with a hole are a fault, and a resync asks for the book again', async () => {
    const { port, connection } = connected();
    port.answers.set(DEPTH_PATH, EXAMPLES.snapshot);
    feed(connection, depthUpdate(499_869_750, 499_869_752));
    await turn();
    feed(connection, depthUpdate(499_869_760, 499_869_761));
    expect(port.faults).toEqual([
      { kind: 'gap', symbol: 'NKNUSDT', detail: 'Update 499869760 follows 499869752.' },
    ]);
    port.answers.set(DEPTH_PATH, EXAMPLES.snapshot.replace('499869752', '499869761'));
    expect(connection.resync('NKNUSDT')).toEqual([]);
    await turn();
    feed(connection, depthUpdate(499_869_762, 499_869_763));
    expect(port.of('book').map(({ snapshot }) => snapshot)).toEqual([true, true, false]);
    expect(port.told).toEqual(['live NKNUSDT', 'live NKNUSDT']);
  });

  it('BN8 of a book whose snapshot failed are kept for the next one', async () => {
    const { port, connection } = connected();
    feed(connection, depthUpdate(499_869_750, 499_869_752), depthUpdate(499_869_753, 499_869_754));
    await turn();
    port.answers.set(DEPTH_PATH, EXAMPLES.snapshot);
    connection.resync('NKNUSDT');
    await turn();
    expect(port.restPaths).toEqual([DEPTH_PATH, DEPTH_PATH]);
    expect(port.of('book').map(({ snapshot }) => snapshot)).toEqual([true, false]);
  });

  it('of an answer of REST among the frames belong to the book that waits for it', () => {
    const { port, connection } = connected();
    feed(connection, depthUpdate(499_869_750, 499_869_752), EXAMPLES.snapshot, EXAMPLES.snapshot);
    expect(port.of('book')).toHaveLength(1);
    expect(port.told).toEqual([
      'live NKNUSDT',
      'unexpected a snapshot of a book that does not name its symbol',
    ]);
  });

  it('of a book that was given up come no more, also when its snapshot was on its way', async () => {
    const { port, connection } = connected();
    port.answers.set(DEPTH_PATH, EXAMPLES.snapshot);
    feed(connection, depthUpdate(499_869_750, 499_869_752));
    connection.unsubscribe(['NKNUSDT']);
    await turn();
    expect(port.events).toEqual([]);
  });
});

describe('other frames', () => {
  it('of an announced end ask for a new connection', () => {
    expect(toldOf(EXAMPLES.serverShutdown)).toEqual([
      'rotate Binance announced that this server shuts down.',
    ]);
  });

  it('of streams and symbols that were not asked for are counted, and of unknown ones too', () => {
    expect(
      toldOf(
        EXAMPLES.kline,
        '{"stream":"nknusdt@depth5","data":{"lastUpdateId":1,"bids":[],"asks":[]}}',
        ...[EXAMPLES.trade, EXAMPLES.bookTicker].map((text) => text.replace('BTCUSDT', 'DOGEUSDT')),
        EXAMPLES.ticker.replace('"BNBBTC"', '"DOGEBTC"'),
        EXAMPLES.depthUpdate.replace('"NKNUSDT"', '"DOGEUSDT"'),
        '{"stream":"btcusdt@horoscope","data":{"e":"horoscope"}}',
      ),
    ).toEqual([
      'unexpected kline LRCBTC',
      'unexpected the best levels of NKNUSDT',
      'unexpected trade of DOGEUSDT',
      'unexpected bookTicker of DOGEUSDT',
      'unexpected ticker of DOGEBTC',
      'unexpected depth of DOGEUSDT',
      'unknown horoscope',
    ]);
  });

  it('that are no JSON, no object or no text are malformed', () => {
    const { port, connection } = connected();
    feed(connection, '', '<html>', '5', 'null', '"text"', Uint8Array.of(1));
    expect(port.told).toHaveLength(6);
    expect(port.told.every((word) => word.startsWith('malformed '))).toBe(true);
  });

  it('with prices that are none are malformed', () => {
    expect(toldOf(EXAMPLES.bookTicker.replace('61837.63000000', 'cheap'))).toEqual([
      'malformed BTCUSDT: best prices that are no numbers.',
    ]);
  });

  it('that were damaged anywhere never make it throw, nor show a number that is none', async () => {
    const random = new SeededRandom(1_024);
    const frames = Object.values(EXAMPLES);
    for (let round = 0; round < 4_000; round += 1) {
      const { port, connection } = connected();
      port.answers.set(DEPTH_PATH, EXAMPLES.snapshot);
      const text = frames[random.below(frames.length)]!;
      const at = random.below(text.length);
      const piece = ['', '"', '}', '[]', ',', '-', 'null', '9', '{}', '"x":'][random.below(10)]!;
      const damaged = text.slice(0, at) + piece + text.slice(at + random.below(4));
      expect(() => feed(connection, EXAMPLES.depthUpdate, EXAMPLES.snapshot, damaged), damaged).not.toThrow();
      for (const event of port.of('book')) {
        expect([...event.bids, ...event.asks].every(Number.isSafeInteger), damaged).toBe(true);
      }
    }
    await turn();
  });
});
