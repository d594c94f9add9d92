import { describe, expect, it } from 'vitest';
import { CHANNELS, Subscriptions } from '../../../../../server/feeds/coinbase/subscribe.ts';

const list = (channels: Record<string, string[]>) =>
  Object.entries(channels).map(([name, product_ids]) => ({ name, product_ids, account_ids: null }));
const all = (...symbols: string[]) => list(Object.fromEntries(CHANNELS.map((name) => [name, symbols])));
const frames = (texts: string[]) =>
  texts.map((text) => JSON.parse(text) as { type: string; product_ids: string[] });

describe('subscriptions', () => {
  it('CB8: ask for all channels of up to twenty products in one message', () => {
    const symbols = Array.from({ length: 45 }, (_, at) => `S${at}-USD`);
    const asked = frames(new Subscriptions().subscribe(symbols));
    expect(asked.map(({ product_ids }) => product_ids.length)).toEqual([20, 20, 5]);
    expect(asked[0]).toMatchObject({ type: 'subscribe', channels: [...CHANNELS] });
  });

  it('CB9: are active when the answer lists them, whatever else it lists', () => {
    const subscriptions = new Subscriptions();
    subscriptions.subscribe(['BTC-USD']);
    expect(subscriptions.isWhole('BTC-USD')).toBe(false);
    const answer = subscriptions.onList(
      list({ heartbeat: ['BTC-USD', 'OLD-USD'], ticker: ['BTC-USD'], level2_50: ['BTC-USD'] }),
    );
    expect(answer?.active.map(({ channel }) => channel)).toEqual(['heartbeat', 'ticker', 'level2_batch']);
    expect(subscriptions.missing('BTC-USD')).toEqual(['matches']);
  });

  it('CB9: are not active by an answer to an older message', () => {
    const subscriptions = new Subscriptions();
    subscriptions.subscribe(['BTC-USD']);
    subscriptions.again('BTC-USD', ['level2_batch']);
    expect(subscriptions.onList(all('BTC-USD'))?.active).toHaveLength(3);
    expect(subscriptions.isWhole('BTC-USD')).toBe(false);
    subscriptions.onList(list({ heartbeat: ['BTC-USD'], ticker: ['BTC-USD'], matches: ['BTC-USD'] }));
    expect(subscriptions.isWhole('BTC-USD')).toBe(false);
    subscriptions.onList(all('BTC-USD'));
    expect(subscriptions.isWhole('BTC-USD')).toBe(true);
  });

  it('CB9: have ended when an answer lists them no more', () => {
    const subscriptions = new Subscriptions();
    subscriptions.subscribe(['BTC-USD', 'ETH-USD']);
    subscriptions.onList(all('BTC-USD', 'ETH-USD'));
    const answer = subscriptions.onList(all('ETH-USD'));
    expect(answer?.ended.map(({ symbol }) => symbol)).toEqual(CHANNELS.map(() => 'BTC-USD'));
    expect(subscriptions.missing('BTC-USD')).toEqual([...CHANNELS]);
    expect(subscriptions.isWhole('ETH-USD')).toBe(true);
  });

  it('that were let go are not missed', () => {
    const subscriptions = new Subscriptions();
    subscriptions.subscribe(['BTC-USD', 'ETH-USD']);
    subscriptions.onList(all('BTC-USD', 'ETH-USD'));
    subscriptions.unsubscribe(['BTC-USD']);
    expect(subscriptions.onList(all('ETH-USD'))).toEqual({ active: [], ended: [] });
  });

  it('are no list when the answer is none', () => {
    const subscriptions = new Subscriptions();
    expect(subscriptions.onList(undefined)).toBeNull();
    expect(subscriptions.onList([null])).toBeNull();
    expect(subscriptions.onList([{ name: 'ticker', product_ids: [7, null] }])).toEqual({
      active: [],
      ended: [],
    });
  });
});

describe('a subscribe that failed', () => {
  it('CB10: refuses the product that it names, and asks for the others again', () => {
    const subscriptions = new Subscriptions();
    subscriptions.subscribe(['BTC-USD', 'FOO-USD', 'ETH-USD']);
    expect(subscriptions.onFailure('FOO-USD is not a valid product')).toMatchObject({
      refused: ['FOO-USD'],
      again: [['BTC-USD', 'ETH-USD']],
    });
  });

  it('CB10: takes the longer of two names of which one is part of the other', () => {
    const subscriptions = new Subscriptions();
    subscriptions.subscribe(['AB-USD', 'CAB-USD']);
    expect(subscriptions.onFailure('CAB-USD is not a valid product')).toMatchObject({
      refused: ['CAB-USD'],
      again: [['AB-USD']],
    });
  });

  it('CB10: tries each by itself when no name is given, and refuses the one that fails alone', () => {
    const subscriptions = new Subscriptions();
    subscriptions.subscribe(['BTC-USD', 'FOO-USD']);
    const first = subscriptions.onFailure('Invalid product ID provided');
    expect(first).toMatchObject({ refused: [], again: [['BTC-USD'], ['FOO-USD']] });
    for (const symbols of first!.again) subscriptions.subscribe(symbols);
    subscriptions.onList(all('BTC-USD'));
    expect(subscriptions.onFailure('Invalid product ID provided')).toMatchObject({
      refused: ['FOO-USD'],
      again: [],
    });
    expect(subscriptions.isWhole('BTC-USD')).toBe(true);
  });

  it('CB10: names the channel when that is what is refused', () => {
    const subscriptions = new Subscriptions();
    subscriptions.subscribe(['BTC-USD']);
    const reason = 'level2, level3, and full channels now require authentication.';
    expect(subscriptions.onFailure(reason)).toMatchObject({
      refused: ['BTC-USD'],
      channel: 'level2_batch',
      again: [],
    });
  });

  it("is nobody's when nothing was asked", () => {
    expect(new Subscriptions().onFailure('No channels provided')).toBeNull();
  });

  it('CB9: become active after a request that the venue never answered', () => {
    const subscriptions = new Subscriptions();
    subscriptions.subscribe(['BTC-USD', 'ETH-USD']);
    // Nothing came; each is asked for again, and only these are answered.
    subscriptions.subscribe(['BTC-USD']);
    subscriptions.subscribe(['ETH-USD']);
    subscriptions.onList(all('BTC-USD'));
    subscriptions.onList(all('BTC-USD', 'ETH-USD'));
    expect([subscriptions.isWhole('BTC-USD'), subscriptions.isWhole('ETH-USD')]).toEqual([true, true]);
    // The next refusal is of the request that it answers.
    subscriptions.subscribe(['FOO-USD']);
    expect(subscriptions.onFailure('FOO-USD is not a valid product')).toMatchObject({ refused: ['FOO-USD'] });
  });

  it('CB9: are not taken for active by an old list while they are let go and asked for anew', () => {
    const subscriptions = new Subscriptions();
    subscriptions.subscribe(['BTC-USD']);
    subscriptions.onList(all('BTC-USD'));
    subscriptions.subscribe(['ETH-USD']);
    subscriptions.again('BTC-USD', ['level2_batch']);
    expect(subscriptions.onList(all('BTC-USD', 'ETH-USD'))?.active.map(({ symbol }) => symbol)).not.toContain(
      'BTC-USD',
    );
    expect(subscriptions.isWhole('BTC-USD')).toBe(false);
  });
});
