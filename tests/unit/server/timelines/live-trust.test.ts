import { describe, expect, it } from 'vitest';
import type { StatusMessage } from '#protocol';
import type { EventSink, Feed } from '../../../../server/engine/ports.ts';
import type { LiveFeeds } from '../../../../server/timelines/live-feeds.ts';
import { startLiveTimeline } from '../../../../server/timelines/live-timeline.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { instrument } from '../../../support/test-timeline.ts';
import { TestViewer } from '../../../support/test-viewer.ts';

/** Instruments A and B, and a list of what was asked for. */
class AskedFeed implements Feed {
  readonly name = 'asked';
  readonly venue = 'test';
  readonly simulated = false;
  readonly restartable = true;
  readonly offers = ['trade'] as const;
  readonly asked: string[] = [];
  sink!: EventSink;

  start(sink: EventSink): Promise<void> {
    this.sink = sink;
    for (const symbol of ['A', 'B']) sink.define(instrument(symbol));
    sink.onState('live', '');
    return Promise.resolve();
  }

  subscribe(ids: readonly number[]): void {
    this.asked.push(`+${ids.join()}`);
  }

  unsubscribe(ids: readonly number[]): void {
    this.asked.push(`-${ids.join()}`);
  }

  close(): Promise<void> {
    this.asked.push('closed');
    return Promise.resolve();
  }
}

async function live(subscribe: 'demand' | 'always' = 'demand') {
  const clock = new ManualClock();
  const feed = new AskedFeed();
  let feeds: LiveFeeds | undefined;
  const timeline = await startLiveTimeline({
    clock,
    feeds: [feed],
    subscribe,
    onProblem: () => {},
    onFeeds: (found) => (feeds = found),
  });
  return { clock, feed, timeline, feeds: feeds! };
}

const stale = (viewer: TestViewer) =>
  viewer
    .heard()
    .filter((message): message is StatusMessage => message.type === 'status')
    .flatMap((message) => (message.stale === undefined ? [] : [message.stale]));

describe('instruments that cannot be trusted', () => {
  it('[ST5] are told to newcomers, and to everybody at once when that changes', async () => {
    const { clock, feed, timeline } = await live();
    feed.sink.onTrust?.(1 as never, 'Change 7 follows 5.');
    clock.advance(100);
    const viewer = new TestViewer({ clock, timeline } as never).hello();
    viewer.deliver();
    expect(stale(viewer)).toEqual([[{ instrument: 1, reason: 'Change 7 follows 5.' }]]);
    feed.sink.onTrust?.(0 as never, 'Silence.');
    feed.sink.onTrust?.(1 as never, '');
    clock.advance(100);
    viewer.deliver();
    expect(stale(viewer).at(-1)).toEqual([{ instrument: 0, reason: 'Silence.' }]);
    feed.sink.onTrust?.(0 as never, '');
    clock.advance(100);
    viewer.deliver();
    expect(stale(viewer).at(-1)).toEqual([]);
    await timeline.close();
  });

  it('are all of a feed that is down', async () => {
    const { clock, feed, timeline } = await live();
    feed.sink.onState('down', 'asked: No route.');
    clock.advance(100);
    expect(timeline.source.stale?.()).toEqual([
      { instrument: 0, reason: 'asked: No route.' },
      { instrument: 1, reason: 'asked: No route.' },
    ]);
    feed.sink.onState('live', '');
    expect(timeline.source.stale?.()).toEqual([]);
    await timeline.close();
  });
});

describe('what feeds are asked for', () => {
  it('is what somebody watches, until 30 s after the last', async () => {
    const { clock, feed, timeline } = await live();
    const viewer = new TestViewer({ clock, timeline } as never).hello();
    viewer.subscribe(1, 'quote', ['A']);
    viewer.subscribe(2, 'trade', ['A']);
    clock.advance(0);
    expect(feed.asked).toEqual(['+0']);
    viewer.say({ type: 'unsubscribe', subscription: 1 });
    clock.advance(40_000);
    expect(feed.asked).toEqual(['+0']);
    viewer.say({ type: 'unsubscribe', subscription: 2 });
    clock.advance(30_000);
    expect(feed.asked).toEqual(['+0', '-0']);
    await timeline.close();
  });

  it('is let go when a viewer leaves, and includes what becomes known later', async () => {
    const { clock, feed, timeline } = await live();
    const viewer = new TestViewer({ clock, timeline } as never).hello();
    viewer.subscribe(1, 'quote', ['*']);
    clock.advance(0);
    feed.sink.define(instrument('C'));
    clock.advance(0);
    expect(feed.asked).toEqual(['+0,1', '+2']);
    viewer.session.close('shutdown' as never);
    clock.advance(31_000);
    expect(feed.asked.at(-1)).toBe('-0,1,2');
    await timeline.close();
  });

  it('is everything from the start where that is wanted, and what is held by others', async () => {
    const always = await live('always');
    always.clock.advance(0);
    expect(always.feed.asked).toEqual(['+0,1']);
    await always.timeline.close();
    const { clock, feed, feeds, timeline } = await live();
    const cancel = feeds.demand.hold([1 as never]);
    clock.advance(0);
    cancel();
    clock.advance(30_000);
    expect(feed.asked).toEqual(['+1', '-1']);
    await timeline.close();
  });
});

describe('a restart by the operator', () => {
  it('closes the feed and starts it again', async () => {
    const { feed, feeds, timeline } = await live();
    expect(feeds.restart('nobody')).toBeNull();
    expect(await feeds.restart('asked')).toBe(true);
    expect(feed.asked).toEqual(['closed']);
    expect(feeds.details()).toMatchObject([
      { name: 'asked', state: 'live', restartable: true, problems: [] },
    ]);
    await timeline.close();
  });
});
