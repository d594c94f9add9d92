import { describe, expect, it } from 'vitest';
import { AGGRESSOR_BUY, AGGRESSOR_SELL, stepsToText } from '#protocol';
import gemini from '../../../../../server/feeds/gemini/feed.ts';
import { CaptureLines } from '../../../../../server/feeds/venue/capture-lines.ts';
import { runCapture } from '../../../../../server/feeds/venue/capture-run.ts';
import { ARRIVAL_US, feed, RecordingPort } from '../../../../support/recording-port.ts';

const TRADE = {
  ...{ type: 'trade', symbol: 'FILUSD', event_id: 45_465_842_999, timestamp: 1_624_493_681_030 },
  ...{ price: '58.4998', quantity: '15.4053', side: 'buy' },
};
const OLDER = { ...TRADE, event_id: 45_465_842_900, timestamp: 1_624_493_600_000, side: 'sell' };
const BOOK = {
  type: 'l2_updates',
  symbol: 'FILUSD',
  changes: [
    ['buy', '58.40', '2'],
    ['sell', '58.60', '0.5'],
  ],
};
const WHOLE = { ...BOOK, trades: [TRADE, OLDER], auction_events: [] };

function connected() {
  const port = new RecordingPort(['FILUSD'], '0.0001');
  const connection = gemini.connect(port);
  connection.onOpen();
  return { port, connection };
}

describe('Gemini', () => {
  it('GM1: is asked for books, which bring trades along', () => {
    const { port, connection } = connected();
    expect(port.told).toEqual(['ready']);
    expect(connection.subscribe(['FILUSD', 'BTCUSD'])).toEqual([
      '{"type":"subscribe","subscriptions":[{"name":"l2","symbols":["FILUSD","BTCUSD"]}]}',
    ]);
    expect(connection.unsubscribe(['FILUSD'])).toEqual([
      '{"type":"unsubscribe","subscriptions":[{"name":"l2","symbols":["FILUSD"]}]}',
    ]);
  });

  it('GM2: sends the whole book first, with trades that are put in order', () => {
    const { port, connection } = connected();
    feed(connection, WHOLE);
    expect(port.told).toEqual(['ready', 'acknowledged FILUSD l2', 'live FILUSD']);
    expect(port.of('book')).toMatchObject([
      { snapshot: true, bids: [584_000, 20_000], asks: [586_000, 5_000] },
    ]);
    expect(port.trades.map(({ id, aggressor }) => [id, aggressor])).toEqual([
      ['45465842900', AGGRESSOR_SELL],
      ['45465842999', AGGRESSOR_BUY],
    ]);
  });

  it('GM2: has the sizes of its whole book right, however fine the trades that come with it are', async () => {
    const trades = [
      TRADE,
      { ...OLDER, quantity: '0.00000001' },
      { ...TRADE, event_id: 1, price: '58.123456' },
    ];
    const raw = JSON.stringify({ ...WHOLE, trades });
    const line = new CaptureLines().read(JSON.stringify({ conn: 0, dir: 'in', t: '1624493681.1', raw }))!;
    const books: string[][] = [];
    await runCapture(gemini, [line], {
      onEvent(event, { tick, lot }) {
        if (event.type === 'book')
          books.push(
            [...event.bids, ...event.asks].map((steps, at) => stepsToText(steps, at % 2 === 0 ? tick : lot)),
          );
      },
    });
    expect(books).toEqual([['58.400000', '2.00000000', '58.600000', '0.50000000']]);
  });

  it('GM3, GM4: then sends changes and trades, in the text that they were written in', () => {
    const { port, connection } = connected();
    feed(
      connection,
      WHOLE,
      { ...BOOK, changes: [['buy', '58.40', '0']] },
      { ...TRADE, event_id: 45_465_843_005 },
    );
    expect(port.of('book')[1]).toMatchObject({ snapshot: false, bids: [584_000, 0], asks: [] });
    expect(port.trades[2]).toEqual({
      ...{ symbol: 'FILUSD', id: '45465843005', price: '58.4998', size: '15.4053', aggressor: AGGRESSOR_BUY },
      ...{ venueTimeUs: 1_624_493_681_030_000, receiveTimeUs: ARRIVAL_US },
    });
  });

  it('GM2: is not believed when changes come before the book they change', () => {
    const { port, connection } = connected();
    feed(connection, BOOK);
    expect(port.events).toEqual([]);
    expect(port.told.at(-1)).toBe('unexpected changes of FILUSD before its book');
  });

  it('GM5: lives by its heartbeat; auctions are known and left out', () => {
    const { port, connection } = connected();
    feed(connection, { type: 'heartbeat', timestamp: 1_624_493_666_869 }, { type: 'auction_open' });
    expect(port.told).toEqual(['ready', 'heartbeat']);
  });

  it('is told apart from what cannot be read', () => {
    const { port, connection } = connected();
    const levels = [['buy', '58.40'], 'none', ['buy', 'x', '1']];
    feed(
      connection,
      WHOLE,
      { ...BOOK, changes: levels },
      { ...TRADE, timestamp: null },
      { type: 'candles' },
      'nothing',
    );
    expect(port.told.slice(3)).toEqual([
      'malformed 3 levels of FILUSD are no numbers.',
      'malformed A trade cannot be read.',
      'unknown candles',
      'malformed A frame is no JSON object with a type.',
    ]);
  });

  it('GM6: lists steps by symbol, and all names at once', async () => {
    const details =
      '{"symbol":"BTCUSD","base_currency":"BTC","quote_currency":"USD","tick_size":1E-8,"quote_increment":0.01}';
    const port = new RecordingPort([]);
    port.answers.set('/v1/symbols', '["btcusd","ethusd"]').set('/v1/symbols/details/btcusd', details);
    expect(await gemini.listings(port.rest, ['BTCUSD', 'NONE'])).toEqual([
      {
        symbol: 'BTCUSD',
        name: 'BTC / USD',
        assetClass: 'crypto',
        currency: 'USD',
        tick: '0.01',
        lot: '1e-8',
      },
    ]);
    expect((await gemini.listings(port.rest, [])).map(({ symbol }) => symbol)).toEqual(['BTCUSD', 'ETHUSD']);
  });
});
