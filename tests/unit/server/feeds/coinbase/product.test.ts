import { describe, expect, it } from 'vitest';
import { unixUs } from '#protocol';
import { Product } from '../../../../../server/feeds/coinbase/product.ts';
import { EXAMPLES, type CoinbaseFrame } from '../../../../../server/feeds/coinbase/wire.ts';
import { takeWhole } from '../../../../../server/feeds/venue/portions.ts';
import { ARRIVAL_US, RecordingPort } from '../../../../support/recording-port.ts';

const TIME_US = unixUs(1_618_677_810_244_075);
const ticker = (id: number, more: object = {}): CoinbaseFrame => ({
  ...(JSON.parse(EXAMPLES.ticker) as CoinbaseFrame),
  trade_id: id,
  ...more,
});

function product() {
  const port = new RecordingPort(['BAND-GBP'], '0.0001');
  return { port, product: new Product('BAND-GBP', port.instrument('BAND-GBP')!, port) };
}

describe('the quote of a product', () => {
  it("CB11: is the ticker's while there is no book, and the book's from then on", () => {
    const { port, product: band } = product();
    band.onTicker(ticker(1), TIME_US, ARRIVAL_US);
    expect(port.of('quote')).toEqual([
      {
        type: 'quote',
        instrument: 0,
        venueTimeUs: TIME_US,
        receiveTimeUs: ARRIVAL_US,
        bid: 147_550,
        bidSize: 35_000,
        ask: 148_060,
        askSize: 127_300,
      },
    ]);
    takeWhole(band.book.snapshot([['14.7', '1']], [['14.9', '1']], ARRIVAL_US));
    band.onTicker(ticker(2), TIME_US, ARRIVAL_US);
    expect(port.of('quote')).toHaveLength(1);
  });

  it('CB11: has no sizes in tickers of before 2022', () => {
    const { port, product: band } = product();
    const old = ticker(1, { best_bid_size: undefined, best_ask_size: undefined });
    band.onTicker(old, TIME_US, ARRIVAL_US);
    expect(port.of('quote')).toMatchObject([{ bid: 147_550, bidSize: NaN, ask: 148_060, askSize: NaN }]);
  });
});

describe('the 24 h statistics of a product', () => {
  it('CB12: wait for the match that they include', () => {
    const { port, product: band } = product();
    band.onTrade(9);
    band.onTicker(ticker(10), TIME_US, ARRIVAL_US);
    expect(port.of('statistics')).toEqual([]);
    band.onTrade(10);
    expect(port.of('statistics')).toMatchObject([
      { venueTimeUs: TIME_US, open: 146_647, high: 165_500, low: 143_691, volume: 943_812_800 },
    ]);
  });

  it('CB12: do not wait when the match came before', () => {
    const { port, product: band } = product();
    band.onTrade(10);
    band.onTicker(ticker(10), TIME_US, ARRIVAL_US);
    expect(port.of('statistics')).toHaveLength(1);
  });

  it('CB12: wait no longer than until the next ticker or heartbeat', () => {
    const { port, product: band } = product();
    band.onTrade(9);
    band.onTicker(ticker(10), TIME_US, ARRIVAL_US);
    band.onTicker(ticker(11), TIME_US, ARRIVAL_US);
    expect(port.of('statistics')).toHaveLength(1);
    band.onHeartbeat(9);
    expect(port.of('statistics')).toHaveLength(2);
    band.onHeartbeat(9);
    expect(port.of('statistics')).toHaveLength(2);
  });

  it('CB12: wait for no match where none come at all', () => {
    const { port, product: band } = product();
    for (const id of [1, 2, 3]) band.onTicker(ticker(id), TIME_US, ARRIVAL_US);
    expect(port.of('statistics')).toHaveLength(3);
  });

  it('CB12: are told again while trades from REST may be added to the volume', () => {
    const { port, product: band } = product();
    band.onTrade(9);
    band.onTrade(12);
    band.onTicker(ticker(12), TIME_US, ARRIVAL_US);
    for (let second = 0; second < 20; second += 1) band.onHeartbeat(12);
    expect(port.of('statistics')).toHaveLength(11);
  });

  it('are absent where the venue says 0 or nothing', () => {
    const { port, product: band } = product();
    band.onTicker(ticker(0, { open_24h: '0', high_24h: undefined, low_24h: 5 }), TIME_US, ARRIVAL_US);
    expect(port.of('statistics')).toMatchObject([{ open: NaN, high: NaN, low: NaN, volume: 943_812_800 }]);
  });
});

describe('missed trades', () => {
  it('CB13: are found by the second heartbeat that names them', () => {
    const { port, product: band } = product();
    band.onTrade(10);
    band.onHeartbeat(10);
    band.onHeartbeat(12);
    expect(port.faults).toEqual([]);
    band.onHeartbeat(12);
    expect(port.faults).toEqual([
      {
        kind: 'gap',
        symbol: 'BAND-GBP',
        detail: 'Trades up to 12 were made, and 10 was the last that came.',
      },
    ]);
    expect(band.missesTrades).toBe(true);
  });

  it('CB13: are none when the match comes between two heartbeats', () => {
    const { port, product: band } = product();
    band.onTrade(10);
    band.onHeartbeat(11);
    band.onTrade(11);
    band.onHeartbeat(11);
    expect(port.faults).toEqual([]);
  });

  it('CB13: are found by a ticker whose match never came', () => {
    const { port, product: band } = product();
    band.onTrade(10);
    band.onTicker(ticker(11), TIME_US, ARRIVAL_US);
    band.onHeartbeat(0);
    band.onHeartbeat(0);
    expect(port.faults).toMatchObject([{ kind: 'gap' }]);
  });

  it('CB13: are none when heartbeats always name trade 0, and before the first trade', () => {
    const { port, product: band } = product();
    band.onHeartbeat(50);
    band.onHeartbeat(50);
    band.onTrade(50);
    for (let second = 0; second < 9; second += 1) band.onHeartbeat(0);
    expect(port.faults).toEqual([]);
  });

  it('CB13: are told again each five heartbeats until they come', () => {
    const { port, product: band } = product();
    band.onTrade(10);
    for (let second = 0; second < 8; second += 1) band.onHeartbeat(12);
    expect(port.faults).toHaveLength(2);
    band.onTrade(12);
    expect(band.missesTrades).toBe(false);
    for (let second = 0; second < 8; second += 1) band.onHeartbeat(12);
    expect(port.faults).toHaveLength(2);
  });
});
