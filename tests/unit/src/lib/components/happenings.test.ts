import { expect, test } from 'vitest';
import { unixUs } from '#protocol';
import { Happenings } from '../../../../../src/lib/components/happenings.svelte.ts';
import { lossSentence } from '../../../../../src/lib/components/loss-sentence.ts';
import type { ConnectionState, Market } from '../../../../../src/lib/state/market.ts';

type Changes = Partial<Record<keyof ConnectionState, unknown>>;

function marketWith(connection: Changes, rest: object = {}): Market {
  const still = { phase: 'live', attempt: 0, message: '', missedUpdates: 0, throttled: '' };
  return { connection: { ...still, ...connection }, ...rest } as unknown as Market;
}

const texts = (log: Happenings) =>
  log.list.map(({ counter, text }) => (counter === null ? text : `${lossSentence(counter)}${text}`));

const skip = (fromS: number, toS: number) => ({
  fromTimeUs: unixUs(fromS * 1e6),
  toTimeUs: unixUs(toS * 1e6),
});

test('a lost connection, its return and what was missed are noted once each', () => {
  const log = new Happenings();
  log.watchConnection(marketWith({ phase: 'connecting' }));
  log.watchConnection(marketWith({}));
  log.watchConnection(marketWith({}));
  log.watchConnection(marketWith({ phase: 'reconnecting', attempt: 1, message: 'The network is gone.' }));
  log.watchConnection(marketWith({ phase: 'reconnecting', attempt: 3, message: 'The network is gone.' }));
  log.watchConnection(marketWith({ phase: 'recovered', missedUpdates: 1204 }));
  log.watchConnection(marketWith({}));
  expect(texts(log)).toEqual([
    'Connected again after 3 attempts. Missed 1,204 updates, all applied.',
    'Connection lost. The network is gone.',
    'Connected.',
  ]);
});

test('feeds that change state and counters that rise are noted, those that stay are not', () => {
  const log = new Happenings();
  const report = (state: string, refused: number, late = 0) =>
    log.watchFeeds(
      marketWith(
        {},
        {
          feeds: {
            feeds: [{ name: 'Kraken', state, message: '' }],
            counters: { refused, too_late_for_bar: late },
          },
        },
      ),
    );
  report('live', 3);
  report('live', 3);
  report('stale', 3);
  report('stale', 5);
  report('stale', 5, 7);
  expect(texts(log)).toEqual([
    'Trades came too late for a bar that was no longer kept: 7.',
    'refused: 5, 2 of them new.',
    'Kraken: stale.',
    'refused: 3 since the start.',
  ]);
});

test('each skipped silence is noted once, also when the list drops its oldest', () => {
  const log = new Happenings();
  const first = skip(0, 86_400 * 21);
  const second = skip(10, 70);
  log.watchTimeline(marketWith({}, { timeline: { skips: [first] } }));
  log.watchTimeline(marketWith({}, { timeline: { skips: [first, second] } }));
  log.watchTimeline(marketWith({}, { timeline: { skips: [second] } }));
  expect(texts(log)).toEqual(['Skipped 60 s with no data.', 'Skipped 21 d with no data.']);
});
