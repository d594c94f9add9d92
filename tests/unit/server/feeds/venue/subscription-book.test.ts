import { describe, expect, it } from 'vitest';
import { SubscriptionBook } from '../../../../../server/feeds/venue/subscription-book.ts';

const S = 1_000_000;

function asked() {
  const book = new SubscriptionBook(5_000, () => 1);
  book.queue(['A']);
  book.sent(['A'], 0);
  return book;
}

describe('SubscriptionBook', () => {
  it('has nothing to do for a symbol that is live', () => {
    const book = asked();
    book.acknowledged('A', S);
    book.live('A', 2 * S);
    expect([book.isLive('A'), book.isSettled, book.due(1e12)]).toEqual([true, true, []]);
  });

  it('asks once more when no answer comes, then tells, and tries again a minute later', () => {
    const book = asked();
    expect(book.due(4.9 * S)).toEqual([]);
    expect(book.due(5 * S)).toEqual([{ symbol: 'A', action: 'subscribe', told: '' }]);
    book.sent(['A'], 5 * S);
    expect(book.due(10 * S)).toEqual([
      { symbol: 'A', action: 'tell', told: 'The subscription was not answered.' },
    ]);
    expect(book.isSettled).toBe(true);
    expect(book.due(69 * S)).toEqual([]);
    expect(book.due(70 * S)).toMatchObject([{ action: 'subscribe' }]);
  });

  it('does not take an answer for data', () => {
    const book = asked();
    book.acknowledged('A', 4 * S);
    expect(book.due(8 * S)).toEqual([]);
    expect(book.due(9 * S)).toMatchObject([{ action: 'resync', told: '' }]);
    book.resyncing('A');
    expect(book.isLive('A')).toBe(false);
  });

  it('brings an instrument back at once, then with growing pauses', () => {
    const book = asked();
    book.live('A', 0);
    const pauses: number[] = [];
    expect(book.fault('A', 1 * S)).toBe(true);
    book.resyncing('A');
    let nowUs = 1 * S;
    for (let round = 0; round < 4; round += 1) {
      book.live('A', nowUs);
      expect(book.fault('A', nowUs)).toBe(false);
      const sinceUs = nowUs;
      while (book.due(nowUs).length === 0) nowUs += S;
      pauses.push((nowUs - sinceUs) / S);
      book.resyncing('A');
    }
    expect(pauses).toEqual([1, 2, 4, 8]);
    book.live('A', nowUs);
    expect(book.fault('A', nowUs + 60 * S)).toBe(true);
  });

  it('takes further faults of an instrument that is being brought back for the same one', () => {
    const book = asked();
    book.live('A', 0);
    expect(book.fault('A', S)).toBe(true);
    book.resyncing('A');
    expect(book.fault('A', S)).toBe(false);
    book.sent(['A'], S);
    expect(book.due(5.9 * S)).toEqual([]);
  });

  it('does not ask again for what still waits to be sent', () => {
    const book = asked();
    book.live('A', 0);
    book.fault('A', S);
    book.resyncing('A');
    expect(book.due(600 * S)).toEqual([]);
    book.sent(['A'], 600 * S);
    expect(book.due(605 * S)).toEqual([]);
    expect(book.due(620 * S)).toMatchObject([{ action: 'resync' }]);
  });

  it('leaves a refused symbol alone, and one that was never asked for', () => {
    const book = asked();
    book.refused('A');
    expect([book.due(1e12), book.isSettled]).toEqual([[], true]);
    expect([book.live('B', 0), book.fault('B', 0), book.has('B')]).toEqual([false, false, false]);
  });
});
