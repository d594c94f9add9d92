import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { AlertDelivery } from '#protocol';
import { AlertStore } from '../../../../server/alerts/alert-store.ts';
import { isWebhookEntry, WebhookList } from '../../../../server/alerts/webhook-list.ts';
import { WebhookSender, type Post } from '../../../../server/alerts/webhook-sender.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { crossing, draft, freshFolder } from './watched-market.ts';

describe('the list of webhooks', () => {
  const list = new WebhookList(['ops=https://hooks.example.com/secret', 'https://other.example.com']);

  it('hands out names and origins, and never an address', () => {
    expect([list.names, list.origins]).toEqual([['ops'], ['https://other.example.com']]);
  });

  it.each([
    ['ops', 'https://hooks.example.com/secret'],
    ['https://other.example.com/a?b=c', 'https://other.example.com/a?b=c'],
    // The address of a named one is not an origin that rules may choose from.
    ['https://hooks.example.com/other', null],
    ['https://other.example.com.evil.io/a', null],
    ['http://other.example.com/a', null],
    ['https://other.example.com:444/a', null],
    ['https://user:word@other.example.com/a', null],
    ['https://other.example.com@169.254.169.254/', null],
    ['http://127.0.0.1/', null],
    ['file:///etc/passwd', null],
    ['//other.example.com/a', null],
    ['', null],
    ['constructor', null],
  ])('[SEC12] takes %j for %j', (word, address) => {
    expect(list.resolve(word)).toBe(address);
  });

  it('is made of names with addresses, and of bare origins', () => {
    expect(['ops=https://a.b/c', 'http://127.0.0.1:9', 'https://a.b'].every(isWebhookEntry)).toBe(true);
    for (const wrong of [
      'https://a.b/c',
      'ops=',
      'ops=a.b',
      'ftp://a.b',
      '*',
      '1=https://a.b',
      'https://a.b/',
      'ops=https://user:word@a.b/c',
      'ops=https://user@a.b/c',
    ])
      expect(isWebhookEntry(wrong), wrong).toBe(false);
  });
});

const open: { close(): void }[] = [];
afterEach(() => {
  for (const part of open.splice(0).toReversed()) part.close();
});

interface Sent {
  url: string;
  key: string;
  body: Record<string, unknown>;
}

/** Answers what the test says, in order; a word is an error of the network. */
function bench(answers: (number | string | { status: number; retryAfter: string })[], webhook = 'ops') {
  const clock = new ManualClock();
  const store = new AlertStore(join(freshFolder(), 'alerts.db'));
  const sent: Sent[] = [];
  const told: AlertDelivery[] = [];
  const post: Post = async (url, { headers, body }) => {
    sent.push({ url, key: headers['idempotency-key']!, body: JSON.parse(body) as Record<string, unknown> });
    const answer = answers.shift() ?? 200;
    if (typeof answer === 'string')
      throw Object.assign(new TypeError('fetch failed'), { cause: { code: answer } });
    const { status, retryAfter } = typeof answer === 'number' ? { status: answer, retryAfter: null } : answer;
    return { status, headers: { get: () => retryAfter }, body: null };
  };
  const sender = new WebhookSender({
    store,
    clock,
    list: new WebhookList(['ops=https://hooks.example.com/x']),
    onDelivery: (_, delivery) => told.push(delivery),
    post,
  });
  open.push(store, sender);
  const rule = store.addRule(draft(crossing('100'), { webhook }), 1);
  const seen = {
    rule,
    instrument: 'test:AAA',
    timeUs: clock.nowUs(),
    value: '100.00',
    message: 'AAA',
    note: 'n',
  };
  store.write([{ ...seen, muted: false, webhook }], []);
  /** Lets what has been answered be taken in, and time pass. */
  const after = async (ms: number): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    clock.advance(ms);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { clock, store, sender, sent, told, after };
}

describe('the sender of webhooks', () => {
  it('posts the firing once where it is taken, with a key of its own', async () => {
    const { sender, sent, told, after, store } = bench([204]);
    sender.work();
    await after(0);
    await after(3_600_000);
    expect(sent).toMatchObject([
      {
        url: 'https://hooks.example.com/x',
        key: `${store.name}-1`,
        body: { type: 'alert', id: `${store.name}-1`, instrument: 'test:AAA', value: '100.00', note: 'n' },
      },
    ]);
    expect(told).toEqual([{ webhook: 'ops', state: 'done', attempts: 1, message: 'Answered 204.' }]);
    expect(store.firing(1)?.delivery).toEqual(told[0]);
  });

  it('tries again with ever longer pauses, under the same key', async () => {
    const { sender, sent, told, after } = bench(['ECONNREFUSED', 503, 429]);
    sender.work();
    await after(999);
    expect(sent.length).toBe(1);
    await after(1);
    expect(sent.length).toBe(2);
    await after(1_999);
    expect(sent.length).toBe(2);
    await after(1);
    await after(4_000);
    expect(told.map(({ state, message }) => `${state} ${message}`)).toEqual([
      'waiting Not reached (ECONNREFUSED).',
      'waiting Answered 503.',
      'waiting Answered 429.',
      'done Answered 200.',
    ]);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  });

  it('waits as long as the receiver asks', async () => {
    const { sender, sent, after } = bench([{ status: 503, retryAfter: '60' }]);
    sender.work();
    await after(59_999);
    expect(sent.length).toBe(1);
    await after(1);
    expect(sent.length).toBe(2);
  });

  it.each([400, 404, 302])('gives up at once after %i, which will not change', async (status) => {
    const { sender, sent, told, after } = bench([status]);
    sender.work();
    await after(0);
    await after(600_000);
    expect([sent.length, told.at(-1)?.state, told.at(-1)?.message]).toEqual([
      1,
      'failed',
      `Answered ${status}.`,
    ]);
  });

  it('gives up after sixteen attempts', async () => {
    const { sender, sent, told, after } = bench(Array.from({ length: 40 }, () => 500));
    sender.work();
    for (let hour = 0; hour < 40; hour += 1) await after(600_000);
    expect([sent.length, told.at(-1)?.state]).toEqual([16, 'failed']);
  });

  it('calls nothing that the operator no longer allows', async () => {
    const { sender, sent, told, after } = bench([], 'https://gone.example.com/x');
    sender.work();
    await after(0);
    expect([sent, told.at(-1)?.state]).toEqual([[], 'failed']);
  });

  it('is not held up for one receiver by another that does not answer', async () => {
    const { sender, store, clock } = bench([], 'gone');
    sender.close();
    const rule = store.addRule(draft(crossing('100')), 1);
    const seen = { rule, instrument: 'test:AAA', timeUs: clock.nowUs(), value: '1', message: '', note: '' };
    const firing = { ...seen, muted: false };
    const toAway = ['away', 'https://own.example.com/a', 'https://own.example.com/b'].flatMap((webhook) =>
      Array.from({ length: 40 }, () => ({ ...firing, webhook })),
    );
    store.write([...toAway, { ...firing, webhook: 'ops' }], []);
    const sent = new Map<string, number>();
    const fair = new WebhookSender({
      store,
      clock,
      list: new WebhookList(['away=https://a.b/c', 'ops=https://d.e/f', 'https://own.example.com']),
      onDelivery: () => undefined,
      post: (url) => {
        sent.set(url, (sent.get(url) ?? 0) + 1);
        return new Promise(() => undefined);
      },
    });
    open.push(fair);
    fair.work();
    // A rule's own addresses at one origin have one receiver.
    expect([...sent]).toEqual([
      ['https://a.b/c', 4],
      ['https://own.example.com/a', 4],
      ['https://d.e/f', 1],
    ]);
  });

  it('takes up what another process left, and leaves no timer when it is closed', async () => {
    const { sender, sent, after, clock, store } = bench([500, 200]);
    sender.work();
    await after(0);
    sender.close();
    expect(clock.pendingTimers).toBe(0);
    const list = new WebhookList(['ops=https://hooks.example.com/x']);
    const post: Post = async () => ({ status: 200, headers: { get: () => null }, body: null });
    const next = new WebhookSender({ store, clock, list, onDelivery: () => {}, post });
    next.work();
    await after(1_000);
    expect([sent.length, store.firing(1)?.delivery?.state]).toEqual([1, 'done']);
  });
});
