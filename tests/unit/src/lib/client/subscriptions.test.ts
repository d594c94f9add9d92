import { describe, expect, test } from 'vitest';
import {
  subscribeMessages,
  Subscriptions,
  type OpenSubscription,
} from '../../../../../src/lib/client/subscriptions.ts';

const S = 1_000_000;

/** As if the server had taken it at this time, at 10 Hz. */
function grant(subscription: OpenSubscription, atUs: number): void {
  subscription.isAsked = true;
  subscription.grantedAtUs = atUs;
  subscription.grantedRateHz = 10;
}

test('after a loss those whose values are here come first, and quotes first among them', () => {
  const subscriptions = new Subscriptions();
  const newQuotes = subscriptions.open({ channel: 'quote', selectors: ['ETH-*'] });
  const heldTrades = subscriptions.open({ channel: 'trade', selectors: ['BTC-USD'] });
  const heldQuotes = subscriptions.open({ channel: 'quote', selectors: ['*'] });
  const newBook = subscriptions.open({ channel: 'book', selectors: ['BTC-USD'] });
  grant(heldTrades, 1 * S);
  grant(heldQuotes, 1 * S);
  grant(newQuotes, 9.9 * S);
  subscriptions.onLost(10 * S, false);
  expect(subscriptions.all()).toEqual([heldQuotes, heldTrades, newQuotes, newBook]);
});

test('something is served from the first grant on this connection until the loss or the last close', () => {
  const subscriptions = new Subscriptions();
  const book = subscriptions.open({ channel: 'book', selectors: ['BTC-USD'] });
  expect(subscriptions.isServed).toBe(false);
  grant(book, 1 * S);
  expect(subscriptions.isServed).toBe(true);
  subscriptions.onLost(2 * S, false);
  expect(subscriptions.isServed).toBe(false);
  grant(book, 3 * S);
  subscriptions.close(book.number);
  expect(subscriptions.isServed).toBe(false);
});

test('the rate of quotes is that of the fastest one granted', () => {
  const subscriptions = new Subscriptions();
  const slow = subscriptions.open({ channel: 'quote', selectors: ['*'] });
  const fast = subscriptions.open({ channel: 'quote', selectors: ['BTC-USD'] });
  grant(subscriptions.open({ channel: 'trade', selectors: ['*'] }), 0);
  expect(subscriptions.quoteRateHz).toBe(0);
  grant(slow, 0);
  grant(fast, 0);
  fast.grantedRateHz = 20;
  expect(subscriptions.quoteRateHz).toBe(20);
  subscriptions.onLost(1, false);
  expect(subscriptions.quoteRateHz).toBe(0);
});

test('none is resumed that came under a bandwidth cap: its first values may have been under way still', () => {
  const subscriptions = new Subscriptions();
  const one = subscriptions.open({ channel: 'quote', selectors: ['*'] });
  one.isAsked = true;
  one.grantedAtUs = 1 * S;
  subscriptions.onLost(100 * S, true);
  expect(one.isHeld).toBe(false);
});

describe('[RS11] one that was tuned faster', () => {
  const TUNE = { type: 'tune', subscription: 1 };

  /** A subscription of 0.5 Hz that was then tuned to 10 Hz; lost so long after the answer, or before it. */
  function lost(msAfterAnswer: number | null): { subscriptions: Subscriptions; one: OpenSubscription } {
    const subscriptions = new Subscriptions();
    const one = subscriptions.open({ channel: 'quote', selectors: ['*'], maxRateHz: 0.5 });
    one.isAsked = true;
    one.grantedAtUs = 1 * S;
    subscriptions.onRate(one, 0.5, 1 * S);
    one.maxRateHz = 10;
    if (msAfterAnswer !== null) subscriptions.onRate(one, 10, 20 * S);
    subscriptions.onLost(20 * S + (msAfterAnswer ?? 0) * 1000, false);
    return { subscriptions, one };
  }

  test('resumes as slow as it was, and is tuned after, while the slow values may be under way', () => {
    for (const msAfterAnswer of [null, 0, 999]) {
      expect(subscribeMessages(lost(msAfterAnswer).one, true)).toEqual([
        expect.objectContaining({ type: 'subscribe', maxRateHz: 0.5, resume: true }),
        { ...TUNE, maxRateHz: 10 },
      ]);
    }
  });

  test('resumes at its rate once a second has passed, and without a resume at once', () => {
    for (const messages of [
      subscribeMessages(lost(1_000).one, true),
      subscribeMessages(lost(0).one, false),
    ]) {
      expect(messages).toEqual([expect.objectContaining({ type: 'subscribe', maxRateHz: 10 })]);
    }
  });

  test('counts from the slowest of several steps', () => {
    const { subscriptions, one } = lost(2_000);
    one.isAsked = true;
    one.grantedAtUs = 30 * S;
    for (const [rateHz, atS] of [
      [0.2, 30],
      [1, 40],
      [5, 40.5],
      [2, 40.6],
      [20, 40.7],
    ] as const) {
      subscriptions.onRate(one, rateHz, atS * S);
    }
    one.maxRateHz = 20;
    subscriptions.onLost(41 * S, false);
    expect(subscribeMessages(one, true)[0]).toMatchObject({ maxRateHz: 0.2 });
  });

  test('is wanted slower again: then it resumes at what is wanted', () => {
    const { one } = lost(0);
    one.maxRateHz = 0.1;
    expect(subscribeMessages(one, true)).toEqual([expect.objectContaining({ maxRateHz: 0.1 })]);
  });
});
