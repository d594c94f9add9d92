import { describe, expect, test } from 'vitest';
import type { ClientMessage } from '#protocol';
import { SendQueue } from '../../../../../src/lib/client/send-queue.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

const ping = (nonce: number): ClientMessage => ({ type: 'ping', nonce });

describe('send queue', () => {
  test('a flood is held to the allowance and everything arrives in order', () => {
    const clock = new ManualClock();
    const sent: ClientMessage[] = [];
    const queue = new SendQueue(clock, (message) => sent.push(message));
    for (let request = 0; request < 200; request += 1) {
      queue.push({ type: 'unsubscribe', subscription: request });
    }
    const burst = sent.length;
    expect(burst).toBeLessThan(120);
    clock.advance(1_000);
    expect(sent.length - burst).toBeLessThanOrEqual(20);
    clock.advance(60_000);
    expect(sent).toHaveLength(200);
    expect(sent.map((message) => (message.type === 'unsubscribe' ? message.subscription : -1))).toEqual(
      Array.from({ length: 200 }, (_, index) => index),
    );
    expect(clock.pendingTimers).toBe(0);
  });

  test('what a later message makes void is never sent', () => {
    const clock = new ManualClock();
    const sent: ClientMessage[] = [];
    const queue = new SendQueue(clock, (message) => sent.push(message));
    for (let nonce = 0; nonce < 96; nonce += 1) queue.push(ping(nonce));
    sent.length = 0;
    queue.push({ type: 'subscribe', subscription: 1, channel: 'quote', selectors: ['*'] });
    queue.push({ type: 'timeline', op: 'speed', speed: 2 });
    queue.push({ type: 'timeline', op: 'speed', speed: 4 });
    queue.push({ type: 'unsubscribe', subscription: 1 });
    clock.advance(1_000);
    expect(sent).toEqual([{ type: 'timeline', op: 'speed', speed: 4 }]);
  });

  test('requests are refused when too many wait', () => {
    const queue = new SendQueue(new ManualClock(), () => undefined);
    const results = Array.from({ length: 400 }, (_, index) =>
      queue.push({ type: 'timeline', op: 'step', events: index }),
    );
    expect(results.at(-1)).toBe(false);
  });
});
