import { describe, expect, it } from 'vitest';
import type { EventSink, Feed } from '../../../../server/engine/ports.ts';
import { startLiveTimeline } from '../../../../server/timelines/live-timeline.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { instrument, trade } from '../../../support/test-timeline.ts';

class TestFeed implements Feed {
  readonly name: string;
  readonly venue = 'test';
  readonly simulated = false;
  readonly offers = ['trade'] as const;
  sink!: EventSink;
  closed = 0;
  readonly history = () =>
    Promise.resolve([
      { startS: 60, open: this.price, high: this.price, low: this.price, close: this.price, volume: 1 },
    ]);
  readonly price: number;

  constructor(name: string, price: number) {
    this.name = name;
    this.price = price;
  }

  start(sink: EventSink): Promise<void> {
    this.sink = sink;
    sink.define(instrument(this.name));
    sink.onState('live', '');
    return Promise.resolve();
  }

  subscribe(): void {}
  unsubscribe(): void {}

  close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }
}

describe('a live timeline', () => {
  it('takes the events of all its feeds, and asks each for the history of its own instruments', async () => {
    const clock = new ManualClock();
    const feeds = [new TestFeed('A', 10), new TestFeed('B', 20)];
    const timeline = await startLiveTimeline({ clock, feeds, onProblem: () => {} });
    feeds[1]!.sink.onEvent(trade(1, clock.nowUs(), 25, 1));
    expect(timeline.engine.state.columns.last[1]).toBe(25);
    const histories = [0, 1, 7].map((id) => timeline.source.history(id as never, 60, 1e9, 1));
    expect((await Promise.all(histories)).map(([bar]) => bar?.close)).toEqual([10, 20, undefined]);
    expect(timeline.source.feeds().map(({ name, state }) => [name, state])).toEqual([
      ['A', 'live'],
      ['B', 'live'],
    ]);
    expect(timeline.source.command({ type: 'timeline', op: 'pause' })).toBe('notSeekable');
    await timeline.close();
    await timeline.close();
    expect([feeds[0]!.closed, feeds[1]!.closed, clock.pendingTimers]).toEqual([1, 1, 0]);
  });

  it('counts its events by time for the live bar', async () => {
    const clock = new ManualClock();
    const feed = new TestFeed('A', 10);
    const timeline = await startLiveTimeline({ clock, feeds: [feed], onProblem: () => {} });
    for (let index = 0; index < 30; index += 1) feed.sink.onEvent(trade(0, clock.nowUs(), 25, 1));
    clock.advance(1_000);
    const [run] = timeline.source.density();
    expect(run!.counts.reduce((sum, count) => sum + count)).toBe(30);
    await timeline.close();
  });
});
