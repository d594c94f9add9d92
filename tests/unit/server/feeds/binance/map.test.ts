import { describe, expect, it } from 'vitest';
import { AGGRESSOR_BUY, AGGRESSOR_SELL } from '#protocol';
import { messageOf } from '../../../../../server/feeds/binance/map.ts';
import { EXAMPLES, type BinanceFrame } from '../../../../../server/feeds/binance/wire.ts';

const message = (text: string) => messageOf(JSON.parse(text) as BinanceFrame);

describe('BN1 a frame', () => {
  it('of a raw stream means what it means in a combined one', () => {
    const { data } = JSON.parse(EXAMPLES.trade) as { data: BinanceFrame };
    expect(messageOf(data)).toEqual(message(EXAMPLES.trade));
  });

  it('of a combined stream without data is malformed', () => {
    expect(message('{"stream":"btcusdt@trade","data":null}')).toMatchObject({ type: 'malformed' });
  });
});

describe('a trade', () => {
  it('BN2 BN3 is a sell when the buyer was the maker, and has the time of the trade, not of the event', () => {
    expect(message(EXAMPLES.trade)).toEqual({
      type: 'trade',
      symbol: 'BTCUSDT',
      isAggregate: false,
      id: '3735683259',
      price: '61837.63000000',
      size: '0.02000000',
      aggressor: AGGRESSOR_SELL,
      timeUs: 1_723_161_255_342_000,
    });
    expect(message(EXAMPLES.trade.replace('"m":true', '"m":false'))).toMatchObject({
      aggressor: AGGRESSOR_BUY,
    });
  });

  it('BN4 that is aggregated has an id of its own', () => {
    expect(message(EXAMPLES.aggTrade)).toMatchObject({ isAggregate: true, id: '15683430' });
  });

  it('BN3 has its time in ms or in us', () => {
    const us = EXAMPLES.trade.replace('1723161255342', '1723161255342123');
    expect(message(us)).toMatchObject({ timeUs: 1_723_161_255_342_123 });
  });
});

describe('other messages', () => {
  it('BN3 of the best prices have no time on spot', () => {
    expect(message(EXAMPLES.bookTicker)).toEqual({
      type: 'quote',
      symbol: 'BTCUSDT',
      updateId: 50_093_239_212,
      bid: ['61837.63000000', '3.78826000'],
      ask: ['61837.64000000', '1.54698000'],
      timeUs: Number.NaN,
    });
    expect(
      message(EXAMPLES.bookTicker.replace('"u"', '"e":"bookTicker","T":1723161255342,"u"')),
    ).toMatchObject({
      timeUs: 1_723_161_255_342_000,
    });
  });

  it('of the book have the ids at both ends', () => {
    expect(message(EXAMPLES.depthUpdate)).toMatchObject({
      firstId: 499_869_750,
      lastId: 499_869_752,
      previousId: Number.NaN,
      bids: [['0.35130000', '6195.00000000']],
      asks: [],
    });
  });

  it('of 24 h have open, high, low and volume, in the short form too', () => {
    const numbers = { type: 'statistics', open: '0.0010', high: '0.0025', low: '0.0010', volume: '10000' };
    expect(message(EXAMPLES.ticker)).toMatchObject(numbers);
    expect(message(EXAMPLES.ticker.replace('24hrTicker', '24hrMiniTicker'))).toMatchObject(numbers);
  });

  it('with a symbol beyond ASCII keep it', () => {
    expect(message(EXAMPLES.trade.replaceAll('BTCUSDT', '币安人生USDT'))).toMatchObject({
      symbol: '币安人生USDT',
    });
  });

  it('of streams that we have no use for are known', () => {
    expect(message(EXAMPLES.kline)).toEqual({ type: 'unused', kind: 'kline', symbol: 'LRCBTC' });
    expect(message('{"stream":"!miniTicker@arr","data":[]}')).toMatchObject({
      type: 'unused',
      kind: '!miniTicker@arr',
    });
    expect(
      message('{"stream":"btcusdt@depth20","data":{"lastUpdateId":1,"bids":[],"asks":[]}}'),
    ).toMatchObject({
      type: 'snapshot',
      isPartial: true,
      symbol: 'BTCUSDT',
    });
    expect(message('{"stream":"btcusdt@x","data":{"e":"horoscope"}}')).toEqual({
      type: 'unknown',
      kind: 'horoscope',
    });
    expect(message('{"stream":"btcusdt@x","data":{}}')).toEqual({ type: 'unknown', kind: 'btcusdt@x' });
  });

  it('of the server have an answer, an error in either form, an end', () => {
    expect(message(EXAMPLES.subscribed)).toEqual({ type: 'answer', id: 1, error: '' });
    const error = 'Invalid request: too many parameters (2)';
    expect(message(EXAMPLES.refused)).toEqual({ type: 'answer', id: 1, error });
    expect(message('{"code":2,"msg":"Invalid request: too many parameters","id":1}')).toEqual({
      type: 'answer',
      id: 1,
      error,
    });
    expect(message(EXAMPLES.serverShutdown)).toEqual({ type: 'shutdown' });
    expect(message('{"e":"serverShutdown","E":1770123456789}')).toEqual({ type: 'shutdown' });
  });
});

describe('what is not as documented is malformed', () => {
  it.each([
    ['a price as a number', EXAMPLES.trade.replace('"61837.63000000"', '61837.63')],
    ['no time', EXAMPLES.trade.replace(/"[ET]":\d+,/g, '')],
    ['no symbol', EXAMPLES.bookTicker.replace('"s":"BTCUSDT",', '')],
    ['one side', EXAMPLES.bookTicker.replace(/"a":"[^"]*",/, '')],
    ['an id as text', EXAMPLES.depthUpdate.replace('499869752', '"499869752"')],
    ['levels of numbers', EXAMPLES.depthUpdate.replace('["0.35130000","6195.00000000"]', '[0.3513,6195]')],
    ['a snapshot without asks', EXAMPLES.snapshot.replace('"asks"', '"tasks"')],
    ['no volume', EXAMPLES.ticker.replace('"v":"10000",', '')],
  ])('with %s', (_, text) => {
    expect(message(text)).toMatchObject({ type: 'malformed' });
  });
});
