import { describe, expect, test } from 'vitest';
import { asOf, unixUs, type TimelineMessage } from '#protocol';
import {
  CommitBuilder,
  PENDING_BARS_MAX,
  PENDING_TRADES_MAX,
} from '../../../../../src/lib/client/commit-builder.ts';
import { createQuoteColumns } from '../../../../../src/lib/client/quote-columns.ts';
import type { MirroredTrade } from '../../../../../src/lib/client/timeline-mirror.ts';

const trade = (seq: number): MirroredTrade => ({ seq, venueTimeUs: seq, price: 1, size: 1, aggressor: 0 });

describe('commit', () => {
  test('an instrument that changed many times is sent once, with its newest values', () => {
    const columns = createQuoteColumns(64);
    const builder = new CommitBuilder();
    builder.quote(2);
    builder.quote(2);
    columns.last[2] = 9;
    const { commit, transfer } = builder.take(columns);
    expect(commit.quotes?.ids).toEqual(Int32Array.of(2));
    expect(commit.quotes?.values[0]).toBe(9);
    expect(transfer).toEqual([commit.quotes?.values.buffer]);
    expect(commit.quotes?.ids.buffer).toBe(commit.quotes?.values.buffer);
    expect(builder.isEmpty).toBe(true);
    expect(builder.take(columns).commit.quotes).toBeNull();
  });

  test('trades that nobody fetches are bounded, and the loss is counted', () => {
    const builder = new CommitBuilder();
    for (let seq = 1; seq <= PENDING_TRADES_MAX + 5; seq += 1) builder.trades(1, [trade(seq)], 0);
    const [first] = builder.take(createQuoteColumns(64)).commit.trades;
    expect(first!.lost).toBe(5);
    expect(first!.rows).toHaveLength(PENDING_TRADES_MAX * 5);
    expect(first!.rows[0]).toBe(6);
  });

  test('timeline messages that nobody fetches are bounded, and the density that was told first goes on', () => {
    const builder = new CommitBuilder();
    const message: TimelineMessage = {
      type: 'timeline',
      mode: 'replay',
      state: 'playing',
      epoch: 'one',
      clock: { asOf: asOf(0), timeUs: unixUs(0), speed: 1 },
      speed: 1,
      recording: null,
      density: null,
      skipped: null,
    };
    const density = [{ fromTimeUs: unixUs(0), bucketUs: 1, counts: [9] }];
    builder.timeline({ ...message, density });
    for (let speed = 1; speed <= 100; speed += 1) builder.timeline({ ...message, speed });
    const { timelines } = builder.take(createQuoteColumns(64)).commit;
    expect(timelines).toHaveLength(64);
    expect(timelines[0]).toMatchObject({ speed: 37, density });
    expect(timelines.at(-1)).toMatchObject({ speed: 100, density: null });
  });

  test('bars that nobody fetches are bounded, and the series is marked incomplete', () => {
    const builder = new CommitBuilder();
    for (let startS = 0; startS <= PENDING_BARS_MAX; startS += 1) {
      builder.bar(1, 1, [startS, 1, 1, 1, 1, 1]);
      builder.bar(1, 1, [startS, 1, 2, 1, 2, 2]);
    }
    const [series] = builder.take(createQuoteColumns(64)).commit.bars;
    expect(series!.incomplete).toBe(true);
    expect(series!.rows).toEqual(Float64Array.of(PENDING_BARS_MAX, 1, 2, 1, 2, 2));
  });

  test('a reset voids what waits, but not what comes after it', () => {
    const builder = new CommitBuilder();
    builder.quote(1);
    builder.trades(1, [trade(1)], 0);
    builder.reset();
    builder.quote(2);
    const { commit } = builder.take(createQuoteColumns(64));
    expect(commit.reset).toBe(true);
    expect(commit.quotes?.ids).toEqual(Int32Array.of(2));
    expect(commit.trades).toEqual([]);
  });
});
