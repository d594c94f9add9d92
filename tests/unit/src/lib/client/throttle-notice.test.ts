import { beforeEach, expect, test } from 'vitest';
import type { ThrottledMessage } from '#protocol';
import {
  NOTICE_MIN_MS,
  ThrottleNotice,
  throttledSentence,
} from '../../../../../src/lib/client/throttle-notice.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

let clock: ManualClock;
let said: string[];
let notice: ThrottleNotice;

const say = (reason: ThrottledMessage['reason'], maxRateHz = 0): void =>
  notice.onThrottled({ type: 'throttled', maxRateHz, reason });

beforeEach(() => {
  clock = new ManualClock(0);
  said = [];
  notice = new ThrottleNotice(clock, () => said.push(notice.sentence));
});

test.each([
  ['server-busy', 10, 'Slowed to 10 Hz: the server is busy.'],
  ['queue-full', 0, 'Updates are merged: this connection is slow.'],
  ['client-lag', 0, 'Updates are merged: this device is behind.'],
  ['moon-phase', 2, 'Slowed to 2 Hz: the server says so.'],
  ['recovered', 0, ''],
])('%s is said in plain words', (reason, maxRateHz, sentence) => {
  const message = { type: 'throttled', reason: reason as ThrottledMessage['reason'], maxRateHz } as const;
  expect(throttledSentence(message)).toBe(sentence);
});

test('a throttle that lasts is taken back when it ends', () => {
  say('server-busy', 10);
  clock.advance(NOTICE_MIN_MS);
  say('recovered');
  expect(said).toEqual(['Slowed to 10 Hz: the server is busy.', '']);
});

test('one that comes and goes stands still instead of flickering', () => {
  for (let turn = 0; turn < 20; turn += 1) {
    say('queue-full');
    clock.advance(50);
    say('recovered');
    clock.advance(50);
  }
  expect(said).toEqual(['Updates are merged: this connection is slow.']);
  clock.advance(NOTICE_MIN_MS);
  expect(said).toHaveLength(2);
  expect(notice.sentence).toBe('');
  expect(clock.pendingTimers).toBe(0);
});

test('another rate or reason is said at once', () => {
  say('server-busy', 30);
  say('server-busy', 10);
  expect(said.at(-1)).toBe('Slowed to 10 Hz: the server is busy.');
});

test('a connection that ends takes the notice and its timer along', () => {
  say('client-lag');
  say('recovered');
  notice.restart();
  expect(notice.sentence).toBe('');
  expect(clock.pendingTimers).toBe(0);
});
