import { expect, test } from 'vitest';
import { Subscriptions, type OpenSubscription } from '../../../../../src/lib/client/subscriptions.ts';

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
