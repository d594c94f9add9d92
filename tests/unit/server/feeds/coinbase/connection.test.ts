import { describe, expect, it } from 'vitest';
import { CoinbaseConnection } from '../../../../../server/feeds/coinbase/connection.ts';
import { CHANNELS } from '../../../../../server/feeds/coinbase/subscribe.ts';
import { EXAMPLES } from '../../../../../server/feeds/coinbase/wire.ts';
import { feed, RecordingPort } from '../../../../support/recording-port.ts';
import { SeededRandom } from '../../../../support/seeded-random.ts';

const list = (channels: readonly string[], ...symbols: string[]) => ({
  type: 'subscriptions',
  channels: channels.map((name) => ({ name, product_ids: symbols })),
});
const snapshot = (symbol: string) => ({
  type: 'snapshot',
  product_id: symbol,
  asks: [['101.00', '1']],
  bids: [['100.00', '1']],
});
const update = (symbol: string, change: string[], second = 40) => ({
  type: 'l2update',
  product_id: symbol,
  changes: [change],
  time: `2021-04-17T16:43:${second}.000000Z`,
});
const match = (id: number, type = 'match') => ({
  ...(JSON.parse(EXAMPLES.match) as object),
  type,
  product_id: 'BTC-USD',
  trade_id: id,
});
const heartbeat = (id: number) => ({ type: 'heartbeat', product_id: 'BTC-USD', last_trade_id: id });

function connected(...symbols: string[]) {
  const port = new RecordingPort(symbols);
  const connection = new CoinbaseConnection(port);
  connection.onOpen();
  connection.subscribe(symbols);
  return { port, connection };
}

function live() {
  const { port, connection } = connected('BTC-USD');
  feed(connection, list(CHANNELS, 'BTC-USD'), snapshot('BTC-USD'), match(10, 'last_match'));
  port.told.length = 0;
  return { port, connection };
}

describe('a connection', () => {
  it('CB8: may be subscribed on as soon as it is open', () => {
    expect(connected().port.told).toEqual(['ready']);
  });

  it('is live with all channels active and a snapshot in, whichever comes last', () => {
    for (const isListLast of [true, false]) {
      const { port, connection } = connected('BTC-USD');
      const answers = [list(CHANNELS, 'BTC-USD'), snapshot('BTC-USD')];
      feed(connection, list(['ticker'], 'BTC-USD'), ...(isListLast ? answers.toReversed() : answers));
      expect(port.told.filter((told) => told === 'live BTC-USD')).toHaveLength(1);
    }
  });

  it('CB9: tells each channel that was taken', () => {
    const { port, connection } = connected('BTC-USD');
    feed(connection, list(['heartbeat', 'ticker', 'matches', 'level2_50'], 'BTC-USD'));
    expect(port.told.slice(1)).toEqual(CHANNELS.map((channel) => `acknowledged BTC-USD ${channel}`));
  });

  it('CB9: asks again for a channel that the venue ended', () => {
    const { port, connection } = live();
    feed(connection, list(['heartbeat', 'ticker', 'level2_50'], 'BTC-USD'));
    expect(port.faults).toMatchObject([
      { kind: 'gap', detail: 'Coinbase ended the subscription of matches.' },
    ]);
    expect(connection.resync('BTC-USD').map((frame) => JSON.parse(frame) as unknown)).toEqual([
      { type: 'unsubscribe', product_ids: ['BTC-USD'], channels: ['matches'] },
      { type: 'subscribe', product_ids: ['BTC-USD'], channels: ['matches'] },
    ]);
    feed(connection, list(['heartbeat', 'ticker', 'level2_50'], 'BTC-USD'), list(CHANNELS, 'BTC-USD'));
    expect(port.told).toEqual(['acknowledged BTC-USD matches', 'live BTC-USD']);
  });

  it('CB10: refuses what the venue refuses, and asks for the rest at once', () => {
    const { port, connection } = connected('BTC-USD', 'FOO-USD');
    feed(connection, EXAMPLES.error);
    expect(port.told.slice(1)).toEqual([
      `refused FOO-USD ${CHANNELS.join(', ')} Failed to subscribe: FOO-USD is not a valid product`,
    ]);
    expect(port.sent.map((frame) => JSON.parse(String(frame)) as object)).toMatchObject([
      { type: 'subscribe', product_ids: ['BTC-USD'] },
    ]);
  });

  it('hands on trades, heartbeats and books', () => {
    const { port, connection } = live();
    feed(connection, match(11), heartbeat(11), update('BTC-USD', ['buy', '100.50', '2']));
    expect(port.trades.map(({ id }) => id)).toEqual(['10', '11']);
    expect(port.told).toEqual(['heartbeat']);
    expect(port.of('book').map(({ snapshot: isSnapshot }) => isSnapshot)).toEqual([true, false]);
  });

  it('CB5: brings a crossed book back with a new snapshot, and is live again then', () => {
    const { port, connection } = live();
    feed(connection, update('BTC-USD', ['buy', '101.00', '2']));
    expect(port.faults).toMatchObject([{ kind: 'crossed' }]);
    expect(connection.resync('BTC-USD').map((frame) => JSON.parse(frame) as object)).toMatchObject([
      { type: 'unsubscribe', channels: ['level2_batch'] },
      { type: 'subscribe', channels: ['level2_batch'] },
    ]);
    feed(
      connection,
      update('BTC-USD', ['buy', '99', '1']),
      list(['heartbeat', 'ticker', 'matches'], 'BTC-USD'),
      list(CHANNELS, 'BTC-USD'),
      snapshot('BTC-USD'),
    );
    expect(port.told).toEqual(['acknowledged BTC-USD level2_batch', 'live BTC-USD']);
    expect(port.of('book')).toHaveLength(3);
  });

  it('CB13: asks for the last trade after missed ones, and leaves the book alone', () => {
    const { port, connection } = live();
    feed(connection, heartbeat(12), heartbeat(12));
    expect(port.faults).toMatchObject([{ kind: 'gap' }]);
    expect(connection.resync('BTC-USD').map((frame) => JSON.parse(frame) as object)).toMatchObject([
      { type: 'unsubscribe', channels: ['matches'] },
      { type: 'subscribe', channels: ['matches'] },
    ]);
    port.told.length = 0;
    feed(
      connection,
      list(['heartbeat', 'ticker', 'level2_batch'], 'BTC-USD'),
      list(CHANNELS, 'BTC-USD'),
      match(12, 'last_match'),
    );
    expect(port.told).toEqual(['acknowledged BTC-USD matches', 'live BTC-USD']);
  });

  it('CB14: counts kinds that it does not know', () => {
    const { port, connection } = live();
    feed(connection, { type: 'surprise' }, { type: 'auction', product_id: 'BTC-USD' });
    expect(port.told).toEqual(['unknown surprise', 'unexpected auction']);
  });

  it('CB15: ends by an error that is not about a subscription', () => {
    const { port, connection } = live();
    feed(connection, { type: 'error', message: 'ErrSlowConsume' });
    expect(port.told).toEqual(['fail for now Coinbase ends the connection: ErrSlowConsume']);
  });

  it('tells frames of products that nobody asked for, but not those on the way when one was let go', () => {
    const { port, connection } = live();
    feed(connection, snapshot('DOGE-USD'));
    connection.unsubscribe(['BTC-USD']);
    feed(connection, match(11), update('BTC-USD', ['buy', '99', '1']));
    expect(port.told).toEqual(['unexpected snapshot of DOGE-USD']);
    expect(port.trades).toHaveLength(1);
  });

  it.each([
    ['no JSON', '{"type":"l2update"'],
    ['nothing', ''],
    ['bytes', Uint8Array.of(1, 2)],
    ['a number', '17'],
    ['no type', '{"product_id":"BTC-USD"}'],
    ['no product', '{"type":"ticker"}'],
    ['a trade without a price', { ...match(11), price: null }],
    ['a ticker without a volume', { type: 'ticker', product_id: 'BTC-USD' }],
    ['a list that is none', { type: 'subscriptions', channels: 'all' }],
  ])('counts a frame of %s as malformed and goes on', (_, frame) => {
    const { port, connection } = live();
    feed(connection, frame, match(11));
    expect(port.told).toHaveLength(1);
    expect(port.told[0]).toMatch(/^malformed /);
    expect(port.trades).toHaveLength(2);
  });

  it('asks for a book again of which a frame cannot be read', () => {
    const { port, connection } = live();
    feed(connection, { ...update('BTC-USD', ['buy', '1', '1']), time: 'now' });
    feed(connection, { ...snapshot('BTC-USD'), bids: null });
    expect(port.faults).toMatchObject([{ kind: 'malformed' }, { kind: 'malformed' }]);
  });

  it('never throws, whatever is done to its frames', () => {
    const random = new SeededRandom(20_261_121);
    const junk = ['null', '[]', '{}', '-1', '1e999', '"x"', 'true', '""', '[[]]', '[null]', '"buy"'];
    const frames = [
      ...Object.values(EXAMPLES),
      ...[list(CHANNELS, 'BTC-USD'), snapshot('BTC-USD'), update('BTC-USD', ['buy', '1', '1'])].map((frame) =>
        JSON.stringify(frame),
      ),
    ];
    const { port, connection } = connected('BTC-USD', 'BAND-GBP', 'SKL-USD', 'SKL-BTC');
    for (let turn = 0; turn < 4_000; turn += 1) {
      const frame = random.pick(frames);
      const values = [...frame.matchAll(/"[^"]*"|\d+|\[[^[\]]*\]/g)];
      const { 0: value, index } = random.pick(values);
      const mutated = frame.slice(0, index) + random.pick(junk) + frame.slice(index + value.length);
      expect(() => feed(connection, mutated), `seed ${random.seed}: ${mutated}`).not.toThrow();
      if (random.chance(0.1)) connection.resync('BTC-USD');
    }
    for (const event of port.of('book'))
      expect([...event.bids, ...event.asks].every((number) => Number.isSafeInteger(number))).toBe(true);
  });
});
