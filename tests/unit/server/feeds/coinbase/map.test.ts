import { describe, expect, it } from 'vitest';
import { AGGRESSOR_BUY, AGGRESSOR_SELL } from '#protocol';
import { IsoTime } from '../../../../../server/feeds/iso-time.ts';
import { changesOf, channelOf, levelsOf, tradeOf } from '../../../../../server/feeds/coinbase/map.ts';
import { EXAMPLES, type CoinbaseFrame } from '../../../../../server/feeds/coinbase/wire.ts';
import { ARRIVAL_US } from '../../../../support/recording-port.ts';

const match = JSON.parse(EXAMPLES.match) as CoinbaseFrame;
const trade = (more: object) => tradeOf({ ...match, ...more }, 'SKL-BTC', new IsoTime(), ARRIVAL_US);

describe('a match', () => {
  it("CB1: has the maker's side: the aggressor is the other one", () => {
    expect(trade({ side: 'sell' })?.aggressor).toBe(AGGRESSOR_BUY);
    expect(trade({ side: 'buy' })?.aggressor).toBe(AGGRESSOR_SELL);
  });

  it('CB2: is told apart by trade_id, not by its sequence, and keeps its digits', () => {
    expect(trade({})).toEqual({
      symbol: 'SKL-BTC',
      id: '280232',
      price: '0.00001305',
      size: '985',
      aggressor: AGGRESSOR_BUY,
      venueTimeUs: 1_618_677_817_089_723,
      receiveTimeUs: ARRIVAL_US,
    });
  });

  it.each([
    ['a price as a number', { price: 0.00001305 }],
    ['no size', { size: undefined }],
    ['a side that is none', { side: 'both' }],
    ['no time', { time: '' }],
    ['an id as text', { trade_id: '280232' }],
    ['an id beyond what a number holds', { trade_id: 2 ** 60 }],
  ])('is none with %s', (_, more) => {
    expect(trade(more)).toBeNull();
  });
});

describe('levels', () => {
  it('CB3: are pairs of texts, and changes have a side before', () => {
    expect(levelsOf([['14.8024', '12.77']])).toEqual([['14.8024', '12.77']]);
    expect(changesOf([['buy', '0.7885', '0.0']])).toEqual([['buy', '0.7885', '0.0']]);
    expect(levelsOf([])).toEqual([]);
  });

  it.each([[null], [{}], [[null]], [[[]]], [[['1']]], [[[1, 2]]], [[['1', '2'], 'x']]])(
    'are not %j',
    (rows) => {
      expect(levelsOf(rows)).toBeNull();
      expect(changesOf(rows)).toBeNull();
    },
  );

  it('are not changes without a side', () => {
    expect(changesOf([['ask', '1', '2']])).toBeNull();
    expect(changesOf([['buy', '1', 2]])).toBeNull();
  });
});

it('CB9: a channel is known by the name that acknowledgements give it', () => {
  expect(['level2_batch', 'level2_50', 'level2', 'ticker'].map(channelOf)).toEqual([
    'level2_batch',
    'level2_batch',
    'level2_batch',
    'ticker',
  ]);
});
