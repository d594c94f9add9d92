import { describe, expect, it } from 'vitest';
import {
  BIT_ASK,
  BIT_ASK_SIZE,
  BIT_BID,
  BIT_BID_SIZE,
  BIT_LAST,
  BIT_RANGE,
  BIT_TRADE,
  instrumentId,
} from '#protocol';
import { MarketState } from '../../../../server/engine/market-state.ts';
import { bar, book, quote, statistics, trade } from '../../../support/test-timeline.ts';

const T = 1_700_000_000_000_000;
const ID = instrumentId(0);

function newState(): MarketState {
  const state = new MarketState();
  state.reserve(2);
  return state;
}

/** The known fields of instrument 0. */
function known(state: MarketState): Record<string, number> {
  const fields = Object.entries(state.columns).map(
    ([field, column]) => [field, (column as Float64Array)[0]!] as const,
  );
  return Object.fromEntries(fields.filter(([, value]) => !Number.isNaN(value)));
}

const put = (state: MarketState, snapshot: boolean, bids: number[], asks: number[]): number =>
  state.book(book(0, T, snapshot, bids, asks), () => {});

describe('MarketState', () => {
  it('tells of a trade what it changed: always the trade, price and range only when they move', () => {
    const state = newState();
    expect(state.trade(trade(0, T, 100, 5))).toBe(BIT_TRADE | BIT_LAST | BIT_RANGE);
    expect(state.trade(trade(0, T + 1, 100, 2))).toBe(BIT_TRADE);
    expect(state.trade(trade(0, T + 2, 101, 0))).toBe(BIT_TRADE | BIT_LAST | BIT_RANGE);
    expect(state.trade(trade(0, T + 3, 100, 1))).toBe(BIT_TRADE | BIT_LAST);
    expect(known(state)).toEqual({
      last: 100,
      lastSize: 1,
      volume: 8,
      tradeTimeUs: T + 3,
      high: 101,
      low: 100,
    });
  });

  it('leaves a side alone that a quote says nothing of, and equal values unmarked', () => {
    const state = newState();
    expect(state.quote(quote(0, T, 99, 5, 101, 6))).toBe(BIT_BID | BIT_BID_SIZE | BIT_ASK | BIT_ASK_SIZE);
    expect(state.quote(quote(0, T, 99, 7, NaN, NaN))).toBe(BIT_BID_SIZE);
    expect(state.quote(quote(0, T, 99, 7, 101, 6))).toBe(0);
    expect(known(state)).toEqual({ bid: 99, bidSize: 7, ask: 101, askSize: 6 });
  });

  it('takes what the venue says of the day', () => {
    const state = newState();
    expect(state.statistics(statistics(0, T, { high: 5, volume: 9 }))).toBe(BIT_TRADE | BIT_RANGE);
    expect(state.statistics(statistics(0, T, { high: 5, volume: 9 }))).toBe(0);
    expect(state.statistics(statistics(0, T, {}))).toBe(0);
    state.trade(trade(0, T, 7, 1));
    expect(known(state)).toMatchObject({ high: 7, low: 7, volume: 10 });
  });

  it('takes a finished bar as the trades that made it', () => {
    const state = newState();
    const wire = { startS: 1_700_000_000, open: 5, high: 9, low: 4, close: 6, volume: 100 };
    expect(state.bar(bar(0, 5, wire))).toBe(BIT_TRADE | BIT_LAST | BIT_RANGE);
    expect(state.bar(bar(0, 5, { ...wire, high: 6, low: 5 }))).toBe(BIT_TRADE);
    expect(known(state)).toMatchObject({ last: 6, high: 9, low: 4, volume: 200 });
  });

  it('makes the top of the book the quote', () => {
    const state = newState();
    expect(put(state, true, [99, 5, 98, 1], [101, 6])).toBe(BIT_BID | BIT_BID_SIZE | BIT_ASK | BIT_ASK_SIZE);
    expect(put(state, false, [98, 4], [])).toBe(0);
    expect(put(state, false, [99, 0], [])).toBe(BIT_BID | BIT_BID_SIZE);
    expect(known(state)).toEqual({ bid: 98, bidSize: 4, ask: 101, askSize: 6 });
    expect(state.bookLevels(ID)).toEqual({ bids: [98, 4], asks: [101, 6] });
    expect(state.bookLevels(instrumentId(1))).toBeUndefined();
  });

  it('[DL3] shows no bid once the last one went: a price that nobody pays would look like a market', () => {
    const state = newState();
    put(state, true, [99, 5], [101, 6]);
    expect(put(state, false, [99, 0], [])).toBe(BIT_BID | BIT_BID_SIZE);
    expect(known(state)).toEqual({ ask: 101, askSize: 6 });
    expect(put(state, true, [], [])).toBe(BIT_ASK | BIT_ASK_SIZE);
    expect(put(state, true, [], [])).toBe(0);
  });

  it('keeps a quote of another channel while the book has never had that side', () => {
    const state = newState();
    state.quote(quote(0, T, 99, 5, 101, 6));
    expect(put(state, true, [99, 5], [])).toBe(0);
    expect(known(state)).toMatchObject({ ask: 101 });
  });

  it('forgets everything for a new epoch', () => {
    const state = newState();
    put(state, true, [1, 1], []);
    state.trade(trade(0, T, 7, 1));
    state.stamp(0, 9);
    state.clear();
    expect(known(state)).toEqual({});
    expect([state.version(0), state.bookLevels(ID)]).toEqual([0, undefined]);
  });

  it('keeps all values when it grows', () => {
    const state = newState();
    state.trade(trade(1, T, 7, 1));
    state.stamp(1, 3);
    state.reserve(5_000);
    expect([state.columns.last[1], state.version(1), state.columns.last[4_999]]).toEqual([7, 3, NaN]);
  });
});
