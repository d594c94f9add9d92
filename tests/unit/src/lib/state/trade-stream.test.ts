import { beforeEach, describe, expect, test } from 'vitest';
import type { WireTrade } from '#protocol';
import type { Market, Trade, TradeListener } from '../../../../../src/lib/state/market.ts';
import { FAKE_START_US } from '../../../../support/fake-server.ts';
import { BTC, MarketHarness, snapshotOf } from './market-harness.ts';

let harness: MarketHarness;

beforeEach(() => {
  harness = new MarketHarness();
});

const trade = (price: number): WireTrade => ({ venueTimeUs: FAKE_START_US, price, size: 1, aggressor: 1 });

class TradeLog implements TradeListener {
  seqs: number[] = [];
  resets = 0;
  lost: number[] = [];
  onReset(trades: readonly Trade[]): void {
    this.resets += 1;
    this.seqs = trades.map(({ seq }) => seq);
  }
  onTrades(trades: readonly Trade[]): void {
    this.seqs.push(...trades.map(({ seq }) => seq));
  }
  onLost(count: number): void {
    this.lost.push(count);
  }
}

function answerTrades(seqs: number[]): void {
  const { request, instrument } = harness.asked('trades').at(-1)!;
  const rows = seqs.flatMap((seq) => [seq, FAKE_START_US, 10_000, 1, 1]);
  harness.server.peer.tell({ type: 'history', request, kind: 'trades', instrument, rows });
}

async function openTrades(): Promise<{ market: Market; log: TradeLog }> {
  const market = harness.open(snapshotOf());
  market.watchQuotes(['*'], 10);
  harness.start(market);
  const log = new TradeLog();
  market.openTrades(BTC, log);
  await harness.settle();
  return { market, log };
}

describe('trades and books', () => {
  test('history and stream join by number', async () => {
    const { log } = await openTrades();
    harness.server.peer.trades(0, 8, [trade(10_001), trade(10_002), trade(10_003)]);
    answerTrades([7, 8, 9]);
    await harness.settle();
    expect(log.seqs).toEqual([7, 8, 9, 10]);
    harness.server.peer.trades(0, 11, [trade(10_004)]);
    harness.server.peer.trades(0, 14, [trade(10_005)]);
    await harness.settle();
    expect(log.seqs).toEqual([7, 8, 9, 10, 11, 14]);
    expect(log.lost).toEqual([2]);
    expect(log.resets).toBe(1);
  });

  test('a seek starts the tape anew', async () => {
    const { log } = await openTrades();
    answerTrades([7]);
    await harness.settle();
    harness.server.peer.timeline({ epoch: 'epoch-1b' });
    await harness.settle();
    expect(log.seqs).toEqual([]);
    answerTrades([1, 2]);
    await harness.settle();
    expect(log.seqs).toEqual([1, 2]);
  });

  test('panels of one instrument share a subscription, and the second one gets the book at once', async () => {
    const { market } = await openTrades();
    const books: number[][] = [];
    const listener = {
      onBook: (bids: readonly number[], asks: readonly number[]) => books.push([...bids, ...asks]),
    };
    const first = market.openBook(BTC, listener);
    await harness.settle();
    harness.server.peer.book(0, true, [10_000, 5], [10_001, 6]);
    await harness.settle();
    const second = market.openBook(BTC, listener);
    expect(books).toEqual([
      [10_000, 5, 10_001, 6],
      [10_000, 5, 10_001, 6],
    ]);
    const of = (type: 'subscribe' | 'unsubscribe') => harness.server.peer.heard(type).length;
    expect(harness.server.peer.heard('subscribe').filter(({ channel }) => channel === 'book')).toHaveLength(
      1,
    );
    first.close();
    expect(of('unsubscribe')).toBe(0);
    second.close();
    second.close();
    expect(of('unsubscribe')).toBe(1);
  });
});
