import { describe, expect, it } from 'vitest';
import { Engine } from '../../../../server/engine/engine.ts';
import type { EventSink, Feed } from '../../../../server/engine/ports.ts';
import { IngestFeed } from '../../../../server/feeds/ingest/ingest-feed.ts';
import { LiveFeeds } from '../../../../server/timelines/live-feeds.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { instrument, trade } from '../../../support/test-timeline.ts';

/** Brings the instrument A of the venue `test`, as any feed of that venue would. */
class NamedFeed implements Feed {
  readonly name: string;
  readonly venue = 'test';
  readonly simulated = false;
  readonly offers = ['trade'] as const;
  readonly asked: string[] = [];
  readonly #decimals: number;

  constructor(name: string, decimals: number) {
    this.name = name;
    this.#decimals = decimals;
  }

  start(sink: EventSink): Promise<void> {
    const tick = { units: 1, decimals: this.#decimals };
    const id = sink.define({ ...instrument('A'), tick });
    sink.onState('live', '');
    sink.onEvent(trade(id, 100, 5, 1));
    return Promise.resolve();
  }

  subscribe(ids: readonly number[]): void {
    this.asked.push(`+${ids.join()}`);
  }

  unsubscribe(ids: readonly number[]): void {
    this.asked.push(`-${ids.join()}`);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function liveOf(...feeds: Feed[]) {
  const clock = new ManualClock();
  const engine = new Engine(clock.nowUs());
  const problems: string[] = [];
  const live = new LiveFeeds({
    clock,
    feeds,
    backups: [],
    subscribe: 'always',
    onProblem: (sentence) => problems.push(sentence),
    sink: {
      define: (definition) => engine.define(definition),
      onEvent: (event) => engine.onEvent(event),
      onTrust: () => undefined,
    },
  });
  return { clock, engine, live, problems };
}

describe('two feeds that bring one instrument', () => {
  it('are not mixed: the second is down and says whose the instrument is', async () => {
    const [first, second] = [new NamedFeed('first', 2), new NamedFeed('second', 4)];
    const { clock, engine, live, problems } = liveOf(first, second);
    await live.start();
    expect(live.status().map(({ name, state }) => [name, state])).toEqual([
      ['first', 'live'],
      ['second', 'down'],
    ]);
    expect(problems[0]).toMatch(
      /^second: test:A comes from the feed first already: one instrument has one feed\. Next attempt in /,
    );
    expect(engine.dictionary.definition(0 as never).tick).toEqual({ units: 1, decimals: 2 });
    expect(engine.eventsTaken).toBe(1);
    clock.advance(0);
    expect([first.asked, second.asked]).toEqual([['+0'], []]);
    await live.close();
  });

  it('are not mixed when one of them is pushed: the row is refused, and the others are taken', async () => {
    const clock = new ManualClock();
    const pushed = new IngestFeed({ clock });
    const { live } = liveOf(new NamedFeed('first', 2), pushed);
    await live.start();
    const row = { type: 'trade', price: '1.5', size: '1' };
    const report = await pushed.take([
      { index: 0, value: { ...row, venue: 'test', symbol: 'A' } },
      { index: 1, value: { ...row, venue: 'test', symbol: 'B' } },
    ]);
    expect(report).toMatchObject({
      taken: 1,
      refused: 1,
      faults: [
        { index: 0, field: 'symbol', expected: 'an instrument that no other feed brings', found: '"A"' },
      ],
    });
    await live.close();
  });
});
