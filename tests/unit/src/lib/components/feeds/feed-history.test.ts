import { expect, test } from 'vitest';
import type { FeedStatus } from '#protocol';
import {
  FeedHistory,
  HISTORY_SECONDS,
  ratePath,
} from '../../../../../../src/lib/components/feeds/feed-history.ts';

const status = (name: string, eventsPerSecond: number): FeedStatus => ({
  name,
  venue: name,
  state: 'live',
  simulated: false,
  message: '',
  eventsPerSecond,
  latencyMs: null,
});

test('a report that is seen twice counts once, and two minutes are kept', () => {
  const history = new FeedHistory();
  const report = [status('kraken', 7)];
  history.add(report);
  history.add(report);
  expect(history.of('kraken')).toEqual([7]);
  for (let second = 0; second < 2 * HISTORY_SECONDS; second += 1) history.add([status('kraken', second)]);
  expect(history.of('kraken')).toHaveLength(HISTORY_SECONDS);
  expect(history.of('kraken').at(-1)).toBe(2 * HISTORY_SECONDS - 1);
});

test('a feed that is told of no more is forgotten', () => {
  const history = new FeedHistory();
  history.add([status('kraken', 7), status('coinbase', 1)]);
  history.add([status('coinbase', 2)]);
  expect(history.of('kraken')).toEqual([]);
  expect(history.of('coinbase')).toEqual([1, 2]);
});

test('a graph ends at the right edge and closes at the bottom; one rate draws nothing', () => {
  expect(ratePath([5], 240, 36)).toBe('');
  expect(ratePath([0, 10], 119, 30)).toBe('M118.0 30L118.0 29.0L119.0 1.0L119 30Z');
  expect(ratePath([0, 0], 119, 30)).toContain('118.0 29.0');
});
