import { describe, expect, it } from 'vitest';
import { unixUs } from '#protocol';
import { systemClock } from '../../../../../server/clock.ts';
import type { Clock } from '../../../../../server/engine/ports.ts';
import { IngestFeed } from '../../../../../server/feeds/ingest/ingest-feed.ts';
import { readJsonBatch, type GivenRow } from '../../../../../server/feeds/ingest/row-batch.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { RecordingSink } from './recording-sink.ts';

const rows = (count: number): GivenRow[] =>
  Array.from({ length: count }, (_, index) => ({
    index,
    value: { type: 'trade', symbol: `S${index % 50}`, price: (100 + index / 100).toFixed(2), size: 1 },
  }));

async function started(clock = new ManualClock()) {
  const sink = new RecordingSink();
  const feed = new IngestFeed({ clock });
  await feed.start(sink);
  return { clock, sink, feed };
}

describe('the ingest feed', () => {
  it('waits longer before it calls a source stale that pushes rarely', async () => {
    const { clock, sink, feed } = await started();
    for (let count = 0; count < 30; count += 1) {
      await feed.take(rows(1));
      clock.advance(60_000);
    }
    const before = sink.states.length;
    clock.advance(100_000);
    expect(sink.states.slice(before)).toEqual([]);
    clock.advance(300_000);
    expect(sink.states.at(-1)?.[0]).toBe('stale');
  });

  it('stays connecting, with the reason, while all that is pushed is refused', async () => {
    const { sink, feed } = await started();
    const batch = readJsonBatch('[{"type":"trade"}]');
    await feed.take(batch.ok ? batch.rows : []);
    expect(sink.states.at(-1)).toEqual([
      'connecting',
      '1 rows were refused; the last was row 0 (from 0), symbol: expected a symbol of at most 64 characters without "," and "*", not beginning with "!".',
    ]);
  });

  it('takes nothing before it is started and after it is closed, and leaves no timer', async () => {
    const clock = new ManualClock();
    const feed = new IngestFeed({ clock });
    expect([feed.isOpen, await feed.take(rows(1))]).toEqual([false, null]);
    const sink = new RecordingSink();
    await feed.start(sink);
    expect(feed.isOpen).toBe(true);
    await feed.close();
    await feed.close();
    expect([feed.isOpen, await feed.take(rows(1)), clock.pendingTimers, sink.events.length]).toEqual([
      false,
      null,
      0,
      0,
    ]);
  });

  it('lets others in while it takes a large batch', async () => {
    let nowUs = 1_790_856_000_000_000;
    let turns = 0;
    // A slow machine: each look at the clock finds a millisecond gone.
    const clock: Clock = {
      ...systemClock,
      nowUs: () => unixUs((nowUs += 1_000)),
      soon(run) {
        turns += 1;
        queueMicrotask(run);
        return () => {};
      },
    };
    const feed = new IngestFeed({ clock });
    await feed.start(new RecordingSink());
    const report = await feed.take(rows(100));
    await feed.close();
    expect(report).toMatchObject({ taken: 100, refused: 0 });
    // 8 ms at a time.
    expect(turns).toBeGreaterThanOrEqual(10);
  });
});
