import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { BitstampConnection } from '../../../../../server/feeds/bitstamp/connection.ts';
import { EXAMPLES } from '../../../../../server/feeds/bitstamp/wire.ts';
import { feed, RecordingPort } from '../../../../support/recording-port.ts';
import { SeededRandom } from '../../../../support/seeded-random.ts';

const START_US = 1_641_343_691_000_000;
const answered = (channel: string) => ({ event: 'bts:subscription_succeeded', channel, data: {} });
const rows = (afterUs: number, bid = '100.00') => ({
  timestamp: '1641343691',
  microtimestamp: String(START_US + afterUs),
  bids: [[bid, '1.00000000']],
  asks: [['101.00', '2.00000000']],
});
const book = (symbol: string, afterUs: number, bid?: string) => ({
  event: 'data',
  channel: `order_book_${symbol}`,
  data: rows(afterUs, bid),
});
const difference = (symbol: string, afterUs: number) => ({
  event: 'data',
  channel: `diff_order_book_${symbol}`,
  data: rows(afterUs),
});

function connected(...symbols: string[]) {
  const port = new RecordingPort(symbols);
  const connection = new BitstampConnection(port);
  connection.onOpen();
  const asked = connection.subscribe(symbols).map((frame) => JSON.parse(frame) as object);
  return { port, connection, asked };
}

async function live() {
  const { port, connection } = connected('ethusd');
  feed(connection, answered('live_trades_ethusd'), answered('order_book_ethusd'), book('ethusd', 1));
  await setImmediate();
  port.told.length = 0;
  return { port, connection };
}

describe('a connection', () => {
  it('BS12: asks for the trades and the top of the book of each pair, a message each', () => {
    const { asked } = connected('btcusd', 'ethusd');
    expect(asked).toEqual(
      ['live_trades_btcusd', 'order_book_btcusd', 'live_trades_ethusd', 'order_book_ethusd'].map(
        (channel) => ({
          event: 'bts:subscribe',
          data: { channel },
        }),
      ),
    );
  });

  it('BS12: is live when both channels are answered and a book is in, in any order', async () => {
    const frames = [answered('live_trades_ethusd'), answered('order_book_ethusd'), book('ethusd', 1)];
    for (const order of [frames, frames.toReversed()]) {
      const { port, connection } = connected('ethusd');
      feed(connection, ...order);
      await setImmediate();
      expect(port.told).toEqual([
        'ready',
        ...port.told.filter((told) => told.startsWith('acknowledged')),
        'live ethusd',
      ]);
    }
  });

  it('BS13: refuses the channel that was asked for first of those without an answer', () => {
    const { port, connection } = connected('btcusd', 'foousd');
    feed(
      connection,
      answered('live_trades_btcusd'),
      answered('order_book_btcusd'),
      EXAMPLES.error,
      EXAMPLES.error,
    );
    expect(port.told.slice(3)).toEqual([
      'refused foousd live_trades Bad subscription string.',
      'refused foousd order_book Bad subscription string.',
    ]);
    feed(connection, EXAMPLES.error);
    expect(port.told.at(-1)).toBe('unexpected the error "Bad subscription string."');
  });

  it('BS15: asks REST for the numbers of the day once live, and for one pair again with each heartbeat', async () => {
    const { port, connection } = connected('ethusd');
    port.answers.set(
      '/ticker/ethusd/',
      '{"open_24":"95.00","high":"110.5","low":"0","volume":"1234.56789012"}',
    );
    feed(connection, answered('live_trades_ethusd'), answered('order_book_ethusd'), book('ethusd', 1));
    await setImmediate();
    connection.ping();
    await setImmediate();
    expect(port.restPaths).toEqual([
      '/transactions/ethusd/?time=minute',
      '/ticker/ethusd/',
      '/ticker/ethusd/',
    ]);
    expect(port.of('statistics')).toHaveLength(2);
    expect(port.of('statistics')[0]).toMatchObject({
      open: 9_500_000_000,
      high: 11_050_000_000,
      low: NaN,
      volume: 123_456_789_012,
    });
  });

  it('BS15: lives without those numbers where REST has none', async () => {
    const { port, connection } = await live();
    port.answers.set('/ticker/ethusd/', 'null');
    connection.ping();
    await setImmediate();
    expect([port.of('statistics'), port.told]).toEqual([[], []]);
  });

  it('BS16: sends a heartbeat, and takes the answer as a sign of life', async () => {
    const { port, connection } = await live();
    expect(JSON.parse(connection.ping())).toEqual({ event: 'bts:heartbeat' });
    feed(connection, EXAMPLES.heartbeat);
    expect(port.told).toEqual(['heartbeat']);
  });

  it('BS17: changes to a new connection when the venue asks for it', async () => {
    const { port, connection } = await live();
    feed(connection, EXAMPLES.reconnect);
    expect(port.told).toEqual(['rotate Bitstamp asked for a new connection.']);
  });

  it('hands on trades', async () => {
    const { port, connection } = await live();
    feed(connection, EXAMPLES.trade);
    expect(port.trades).toMatchObject([{ symbol: 'ethusd', id: '216000477', size: '0.07920000' }]);
  });

  it('BS18: hands on the trades of the last minute first, and holds newer ones until REST has answered', async () => {
    const { port, connection } = connected('ethusd');
    const row = (tid: string, more: object = {}) => ({
      date: '1641343690',
      tid,
      price: '3800.1',
      amount: '1',
      type: '1',
      ...more,
    });
    port.answers.set(
      '/transactions/ethusd/?time=minute',
      JSON.stringify([
        row('216000480'),
        row('216000477'),
        row('216000476'),
        row('216000475'),
        row('7', { type: '2' }),
        null,
      ]),
    );
    feed(connection, answered('live_trades_ethusd'), EXAMPLES.trade);
    expect(port.trades).toEqual([]);
    await setImmediate();
    feed(connection, EXAMPLES.trade.replace('216000477', '216000481'));
    expect(port.trades.map(({ id }) => id)).toEqual(['216000475', '216000476', '216000477', '216000481']);
    expect(port.trades[0]).toMatchObject({ venueTimeUs: 1_641_343_690_000_000, aggressor: 2, size: '1' });
  });

  it('BS18: holds no trade back when REST has no answer', async () => {
    const { port, connection } = connected('ethusd');
    feed(connection, answered('live_trades_ethusd'), EXAMPLES.trade);
    await setImmediate();
    expect(port.trades).toHaveLength(1);
  });

  it('ends the connection, not the process, when an answer of REST cannot be handed on', async () => {
    const { port, connection } = connected('ethusd');
    port.answers.set('/order_book/ethusd/', JSON.stringify(rows(1)));
    port.event = () => {
      throw new Error('No room.');
    };
    connection.resync('ethusd');
    await setImmediate();
    expect(port.told.at(-1)).toBe('fail for now The adapter failed: No room.');
  });

  it('BS8: is live again with the next frame after a fault', async () => {
    const { port, connection } = await live();
    feed(connection, book('ethusd', 2, '101.00'));
    expect(port.faults).toMatchObject([{ kind: 'crossed' }]);
    expect(connection.resync('ethusd')).toEqual([]);
    feed(connection, book('ethusd', 3));
    await setImmediate();
    expect(port.told).toEqual(['live ethusd']);
    expect(port.of('book').at(-1)).toMatchObject({ snapshot: true });
  });

  it('asks REST for a book in which nothing moves', async () => {
    const { port, connection } = connected('ethusd');
    port.answers.set('/order_book/ethusd/', JSON.stringify(rows(1)));
    feed(connection, answered('live_trades_ethusd'), answered('order_book_ethusd'));
    expect(connection.resync('ethusd')).toEqual([]);
    await setImmediate();
    expect(port.told.at(-1)).toBe('live ethusd');
    expect(port.of('book')).toMatchObject([{ snapshot: true }]);
  });

  it('asks once more for the channels that were never answered', () => {
    const { connection } = connected('ethusd');
    feed(connection, answered('live_trades_ethusd'));
    expect(connection.resync('ethusd')).toEqual([
      '{"event":"bts:subscribe","data":{"channel":"order_book_ethusd"}}',
    ]);
  });

  it('BS9, BS10: puts recorded differences on the snapshot of REST, and asks again while it is too old', async () => {
    const { port, connection } = connected('ethusd');
    port.answers.set('/order_book/ethusd/', JSON.stringify(rows(1)));
    feed(connection, difference('ethusd', 5));
    port.answers.set('/order_book/ethusd/', JSON.stringify(rows(1)));
    await Promise.resolve();
    port.answers.set('/order_book/ethusd/', JSON.stringify(rows(6)));
    await setImmediate();
    feed(connection, difference('ethusd', 7));
    expect(port.of('book').map(({ snapshot }) => snapshot)).toEqual([true, false]);
    expect(port.restPaths.filter((path) => path.startsWith('/order_book')).length).toBeGreaterThan(1);
  });

  it('hands recorded differences on as they are when REST has no snapshot', async () => {
    const { port, connection } = connected('ethusd');
    for (const afterUs of [1, 2]) {
      feed(connection, difference('ethusd', afterUs));
      await setImmediate();
    }
    expect(port.of('book').map(({ snapshot }) => snapshot)).toEqual([false, false]);
    expect(port.told).not.toContain('live ethusd');
  });

  it('tells frames of pairs that nobody asked for, but not those on the way when one was let go', async () => {
    const { port, connection } = await live();
    feed(connection, book('dogeusd', 1));
    expect(connection.unsubscribe(['ethusd'])).toHaveLength(2);
    feed(connection, book('ethusd', 9), EXAMPLES.unsubscribed);
    expect(port.told.slice(0, 1)).toEqual(['unexpected order_book_dogeusd']);
  });

  it.each([
    ['no JSON', '{"event":"data"'],
    ['nothing', ''],
    ['bytes', Uint8Array.of(1, 2)],
    ['a list', '[]'],
    ['a trade without data', { event: 'trade', channel: 'live_trades_ethusd' }],
    ['an answer without a channel', { event: 'bts:subscription_succeeded' }],
  ])('counts a frame of %s as malformed and goes on', async (_, frame) => {
    const { port, connection } = await live();
    feed(connection, frame, EXAMPLES.trade);
    expect(port.told).toHaveLength(1);
    expect(port.told[0]).toMatch(/^malformed /);
    expect(port.trades).toHaveLength(1);
  });

  it('counts kinds that it does not know', async () => {
    const { port, connection } = await live();
    feed(connection, { event: 'order_created', channel: 'live_orders_ethusd', data: {} });
    feed(connection, { event: 'data', channel: 'surprise_ethusd', data: {} });
    feed(connection, { event: 'surprise', channel: 'live_trades_ethusd', data: {} });
    expect(port.told).toEqual([
      'unexpected live_orders_ethusd',
      'unknown data of surprise_ethusd',
      'unknown surprise',
    ]);
  });

  it('never throws, whatever is done to its frames', async () => {
    const random = new SeededRandom(20_261_121);
    const junk = ['null', '[]', '{}', '-1', '1e999', '"x"', 'true', '""', '[[]]', '[null]'];
    const frames = [...Object.values(EXAMPLES), JSON.stringify(difference('btcusd', 1))];
    const { port, connection } = connected('ethusd', 'btcusd');
    for (let turn = 0; turn < 4_000; turn += 1) {
      const frame = random.pick(frames);
      const { 0: value, index } = random.pick([...frame.matchAll(/"[^"]*"|\d+|\[[^[\]]*\]/g)]);
      const mutated = frame.slice(0, index) + random.pick(junk) + frame.slice(index + value.length);
      expect(() => feed(connection, mutated), `seed ${random.seed}: ${mutated}`).not.toThrow();
      if (random.chance(0.1)) connection.resync('ethusd');
      if (random.chance(0.1)) connection.ping();
    }
    await setImmediate();
    for (const event of port.of('book'))
      expect([...event.bids, ...event.asks].every((number) => Number.isSafeInteger(number))).toBe(true);
  });
});
