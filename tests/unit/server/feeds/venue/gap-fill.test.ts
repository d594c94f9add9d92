import { describe, expect, it } from 'vitest';
import { AGGRESSOR_BUY, unixUs } from '#protocol';
import { FeedHealth } from '../../../../../server/feeds/venue/feed-health.ts';
import { GapFill, type TradeGap } from '../../../../../server/feeds/venue/gap-fill.ts';
import type { VenueTrade } from '../../../../../server/feeds/venue/ports.ts';
import { tinyVenue } from '../../../../support/fake-venue/tiny/tiny-venue.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

const trade = (id: number): VenueTrade => ({
  symbol: 'AAA',
  id: String(id),
  price: '1',
  size: '1',
  aggressor: AGGRESSOR_BUY,
  venueTimeUs: unixUs(id),
  receiveTimeUs: unixUs(id),
});

function filled(answer: (from: number, to: number) => Promise<VenueTrade[]>) {
  const clock = new ManualClock();
  const health = new FeedHealth(clock);
  const delivered: number[] = [];
  const gaps: TradeGap[] = [];
  const asked: string[] = [];
  const fill = new GapFill({
    venue: {
      ...tinyVenue(),
      trades: (_, symbol, from, to) => {
        asked.push(`${symbol} ${from}..${to}`);
        return answer(Number(from), Number(to));
      },
    },
    rest: { text: () => Promise.reject(new Error('No.')) },
    clock,
    health,
    deliver: ({ id }) => delivered.push(Number(id)),
    onGap: (gap) => gaps.push(gap),
  });
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    fill.tick(clock.nowUs());
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  const take = (...ids: number[]): void => ids.forEach((id) => fill.take(trade(id)));
  return { fill, take, pass, delivered, gaps, asked, health };
}

const all = (from: number, to: number): Promise<VenueTrade[]> =>
  Promise.resolve(Array.from({ length: to - from + 1 }, (_, at) => trade(from + at)));

describe('a hole between trades', () => {
  it('is filled before the newer ones go on', async () => {
    const { take, pass, delivered, asked, gaps, health } = filled(all);
    take(1, 2, 6, 7);
    expect(delivered).toEqual([1, 2]);
    await pass(250);
    expect(asked).toEqual(['AAA 3..5']);
    expect(delivered).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(gaps).toEqual([]);
    expect(health.counters()).toEqual({ gaps_filled: 1, trade_holes: 1, trades_filled: 3 });
  });

  it('is told with both ends when nothing comes within 2 s, and what comes later is not used', async () => {
    let arrive = (_: VenueTrade[]): void => {};
    const { take, pass, delivered, gaps } = filled(() => new Promise((resolve) => (arrive = resolve)));
    take(1, 4);
    await pass(250);
    take(5);
    await pass(1_500);
    expect(delivered).toEqual([1]);
    await pass(250);
    expect(delivered).toEqual([1, 4, 5]);
    expect(gaps).toEqual([{ symbol: 'AAA', fromId: 2, toId: 3, missing: 2, fromUs: 1, toUs: 4 }]);
    arrive([trade(2), trade(3)]);
    await pass(0);
    expect(delivered).toEqual([1, 4, 5]);
  });

  it('that is filled in part is told with what is missing', async () => {
    const { take, pass, delivered, gaps, health } = filled(() => Promise.resolve([trade(3), trade(99)]));
    take(1, 5);
    await pass(250);
    expect(delivered).toEqual([1, 3, 5]);
    expect(gaps).toMatchObject([{ fromId: 2, toId: 4, missing: 2 }]);
    expect(health.counters()).toMatchObject({ gaps_open: 1, trades_missing: 2 });
  });

  it('of two trades in the wrong order costs no request', async () => {
    const { take, pass, delivered, asked, health } = filled(all);
    take(1, 3, 2, 4);
    await pass(250);
    expect(delivered).toEqual([1, 2, 3, 4]);
    expect(asked).toEqual([]);
    expect(health.counters()).toEqual({ out_of_order_trades: 1, trade_holes: 1 });
  });

  it('behind another one is filled in its turn', async () => {
    const { take, pass, delivered } = filled(all);
    take(1, 3, 6, 6);
    await pass(250);
    await pass(250);
    expect(delivered).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('is told when REST fails or is too long to be asked for', async () => {
    const failing = filled(() => Promise.reject(new Error('503.')));
    failing.take(1, 3);
    await failing.pass(250);
    expect(failing.delivered).toEqual([1, 3]);
    expect(failing.health.problems.map(({ message }) => message)).toEqual([
      'AAA: missing trades were not answered: 503.',
    ]);
    const long = filled(all);
    long.take(1, 5_000);
    await long.pass(250);
    expect([long.asked, long.gaps]).toMatchObject([[], [{ fromId: 2, toId: 4_999, missing: 4_998 }]]);
  });

  it('while nobody asked for the trades is none', async () => {
    const { fill, take, pass, delivered, gaps } = filled(all);
    take(1, 2);
    fill.pause(['AAA']);
    take(2, 50, 51);
    await pass(250);
    expect([delivered, gaps]).toEqual([[1, 2, 50, 51], []]);
  });
});
