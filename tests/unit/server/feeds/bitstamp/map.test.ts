import { describe, expect, it } from 'vitest';
import { AGGRESSOR_BUY, AGGRESSOR_SELL } from '#protocol';
import { bookOf, channelOf, tradeOf } from '../../../../../server/feeds/bitstamp/map.ts';
import { EXAMPLES, type BitstampTrade } from '../../../../../server/feeds/bitstamp/wire.ts';
import { ARRIVAL_US } from '../../../../support/recording-port.ts';

const data = (frame: string): object => (JSON.parse(frame) as { data: object }).data;
const trade = (more: object) =>
  tradeOf({ ...(data(EXAMPLES.trade) as BitstampTrade), ...more }, 'ethusd', ARRIVAL_US);

describe('a channel', () => {
  it('BS1: ends with its pair', () => {
    expect(channelOf('live_trades_btcusd')).toEqual({ kind: 'live_trades', symbol: 'btcusd' });
    expect(channelOf('diff_order_book_1incheur')).toEqual({ kind: 'diff_order_book', symbol: '1incheur' });
    expect(channelOf('order_book_btcusd-perp')).toEqual({ kind: 'order_book', symbol: 'btcusd-perp' });
  });

  it.each([[''], ['order_book_'], ['live_orders_btcusd'], [7], [undefined]])('is not %j', (name) => {
    expect(channelOf(name)).toBeNull();
  });
});

describe('a trade', () => {
  it('BS2: has type 0 when the buyer crossed the spread, 1 when the seller did', () => {
    expect(trade({ type: 0 })?.aggressor).toBe(AGGRESSOR_BUY);
    expect(trade({ type: 1 })?.aggressor).toBe(AGGRESSOR_SELL);
  });

  it('BS3, BS4: keeps the text of its numbers, and has the time in microseconds', () => {
    expect(trade({ price: 0.1 + 0.2, amount: 1e-9 })).toEqual({
      symbol: 'ethusd',
      id: '216000477',
      price: '3805.44',
      size: '0.07920000',
      aggressor: AGGRESSOR_BUY,
      venueTimeUs: 1_641_343_699_596_000,
      receiveTimeUs: ARRIVAL_US,
    });
  });

  it.each([
    ['no price as text', { price_str: 3805.44 }],
    ['no amount', { amount_str: undefined }],
    ['a type that is none', { type: 2 }],
    ['an id as text', { id: '7' }],
    ['a time in seconds', { microtimestamp: '1641343699' }],
    ['a time that is no text', { microtimestamp: 1_641_343_699_596_000 }],
  ])('is none with %s', (_, more) => {
    expect(trade(more)).toBeNull();
  });
});

describe('a book', () => {
  it('BS4, BS5, BS6: is two sides and a time, whole or what changed', () => {
    expect(bookOf(data(EXAMPLES.difference))).toEqual({
      timeUs: 1_641_343_691_406_478,
      bids: [
        ['3800.71', '1.76200000'],
        ['3799.64', '0.00000000'],
      ],
      asks: [],
    });
  });

  it.each([
    ['without a time', { bids: [], asks: [] }],
    ['without a side', { microtimestamp: '1641343691406478', bids: [] }],
    ['with a row that is none', { microtimestamp: '1641343691406478', bids: [null], asks: [] }],
    ['with numbers', { microtimestamp: '1641343691406478', bids: [[1, 2]], asks: [] }],
  ])('is none %s', (_, rows) => {
    expect(bookOf(rows)).toBeNull();
  });
});
