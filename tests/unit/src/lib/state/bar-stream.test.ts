import { beforeEach, describe, expect, test } from 'vitest';
import type { WireBar } from '#protocol';
import type { BarListener, BarStream, Market } from '../../../../../src/lib/state/market.ts';
import { BTC, MarketHarness, START_S, snapshotOf } from './market-harness.ts';

const MINUTE_S = 60;

let harness: MarketHarness;

beforeEach(() => {
  harness = new MarketHarness();
});

const bar = (startS: number, close: number, volume = 1): WireBar => ({
  startS,
  open: 10_000,
  high: 10_100,
  low: 9_900,
  close,
  volume,
});
const row = (startS: number, close: number, volume = 1) => [startS, 10_000, 10_100, 9_900, close, volume];

class BarLog implements BarListener {
  rows: number[][] = [];
  more = false;
  series = 0;
  older: number[][] = [];
  bars: number[][] = [];
  onRows(rows: Float64Array, more: boolean): void {
    this.series += 1;
    this.more = more;
    this.rows = rowsOf(rows);
  }
  onOlder(rows: Float64Array, more: boolean): void {
    this.more = more;
    this.older = rowsOf(rows);
  }
  onBar(...numbers: number[]): void {
    this.bars.push(numbers);
  }
}

function answerBars(rows: number[][], more = true): void {
  const request = harness.asked('bars').at(-1)!;
  const { instrument, interval } = request;
  harness.server.peer.tell({
    type: 'history',
    request: request.request,
    kind: 'bars',
    instrument,
    interval,
    rows: rows.flat(),
    more,
  });
}

async function openBars(): Promise<{
  market: Market;
  log: BarLog;
  stream: BarStream;
  loadOlder: () => void;
}> {
  const market = harness.open(snapshotOf());
  market.watchQuotes(['*'], 10);
  harness.start(market);
  const log = new BarLog();
  const stream = market.openBars(BTC, '1m', 3, log);
  await harness.settle();
  return { market, log, stream, loadOlder: () => stream.loadOlder() };
}

describe('bars', () => {
  test('history and stream join without a hole or a repeat, and what came meanwhile wins', async () => {
    const { log } = await openBars();
    expect(harness.asked('bars')).toMatchObject([{ instrument: 0, interval: '1m', count: 3 }]);
    harness.server.peer.bar(0, MINUTE_S, bar(START_S, 10_007, 9));
    harness.server.peer.bar(0, MINUTE_S, bar(START_S + 60, 10_008));
    harness.frame();
    expect(log.series).toBe(0);
    answerBars([row(START_S - 60, 10_001), row(START_S, 10_006, 8)]);
    await harness.settle();
    expect(log.rows).toEqual([row(START_S - 60, 10_001), row(START_S, 10_007, 9), row(START_S + 60, 10_008)]);
    expect(log.more).toBe(true);
    harness.server.peer.bar(0, MINUTE_S, bar(START_S + 60, 10_009));
    harness.server.peer.bar(0, 1, bar(START_S + 60, 1));
    harness.server.peer.bar(1, MINUTE_S, bar(START_S + 60, 2));
    await harness.settle();
    expect(log.bars).toEqual([row(START_S + 60, 10_009)]);
  });

  test('older bars are put in front once', async () => {
    const { log, loadOlder } = await openBars();
    answerBars([row(START_S - 60, 10_001)]);
    await harness.settle();
    loadOlder();
    loadOlder();
    await harness.settle();
    expect(harness.asked('bars')).toHaveLength(2);
    expect(harness.asked('bars').at(-1)).toMatchObject({ beforeTimeUs: (START_S - 60) * 1e6 });
    answerBars([row(START_S - 120, 9_999), row(START_S - 60, 10_001)], false);
    await harness.settle();
    expect(log.older).toEqual([row(START_S - 120, 9_999)]);
    expect(log.more).toBe(false);
    loadOlder();
    await harness.settle();
    expect(harness.asked('bars')).toHaveLength(2);
  });

  test('after a reconnect the bars that were finished meanwhile are fetched, and older ones are kept', async () => {
    const { log, loadOlder } = await openBars();
    answerBars([row(START_S - 60, 10_001), row(START_S, 10_002)]);
    await harness.settle();
    loadOlder();
    await harness.settle();
    answerBars([row(START_S - 120, 9_999)], true);
    await harness.settle();
    harness.server.peer.drop();
    harness.clock.advance(500);
    harness.server.peer.open();
    await harness.settle();
    answerBars([row(START_S, 10_003, 5), row(START_S + 60, 10_004)]);
    await harness.settle();
    expect(log.series).toBe(2);
    expect(log.rows).toEqual([
      row(START_S - 120, 9_999),
      row(START_S - 60, 10_001),
      row(START_S, 10_003, 5),
      row(START_S + 60, 10_004),
    ]);
  });

  test('other bars are asked for once, merged and before a time, and are no part of the series', async () => {
    const { log, stream } = await openBars();
    answerBars([row(START_S, 10_001)]);
    await harness.settle();
    const taken: (number[][] | null)[] = [];
    const query = { interval: '1h', step: 4, beforeS: START_S, count: 9_000 } as const;
    stream.ask(query, (rows) => taken.push(rows === null ? null : rowsOf(rows)));
    await harness.settle();
    expect(harness.asked('bars').at(-1)).toMatchObject({
      interval: '1h',
      step: 4,
      count: 5_000,
      beforeTimeUs: START_S * 1_000_000,
    });
    answerBars([row(START_S - 14_400, 9_000)]);
    await harness.settle();
    expect(taken).toEqual([[row(START_S - 14_400, 9_000)]]);
    expect(log.rows).toEqual([row(START_S, 10_001)]);
    const undo = stream.ask(query, () => taken.push([]));
    undo();
    await harness.settle();
    harness.server.peer.drop();
    await harness.settle();
    stream.ask(query, (rows) => taken.push(rows === null ? null : rowsOf(rows)));
    expect(taken).toHaveLength(2);
    expect(taken[1]).toBeNull();
  });

  test('a seek gives a new series, asked for at once, without bars of before', async () => {
    const { log } = await openBars();
    answerBars([row(START_S, 10_001)]);
    await harness.settle();
    harness.server.peer.timeline({ mode: 'replay', state: 'seeking', epoch: 'epoch-1b' });
    await harness.settle();
    expect(harness.asked('bars')).toHaveLength(2);
    harness.server.peer.timeline({ mode: 'replay', state: 'playing', epoch: 'epoch-1b' });
    await harness.settle();
    expect(harness.asked('bars')).toHaveLength(2);
    answerBars([row(START_S - 6_000, 9_001)], false);
    await harness.settle();
    expect(log.rows).toEqual([row(START_S - 6_000, 9_001)]);
  });

  test('a server that is busy is asked again, a refusal ends with an empty series', async () => {
    const { log } = await openBars();
    const refuse = (code: number): void => {
      const { request } = harness.asked('bars').at(-1)!;
      harness.server.peer.tell({ type: 'error', code, message: 'No.', inReplyTo: 'history', request });
    };
    refuse(112);
    await harness.settle();
    expect(harness.asked('bars')).toHaveLength(1);
    harness.passSeconds(1);
    await harness.settle();
    expect(harness.asked('bars')).toHaveLength(2);
    refuse(109);
    await harness.settle();
    expect(log.series).toBe(1);
    expect(log.rows).toEqual([]);
  });
});

function rowsOf(flat: Float64Array): number[][] {
  const rows: number[][] = [];
  for (let at = 0; at < flat.length; at += 6) rows.push(Array.from(flat.slice(at, at + 6)));
  return rows;
}
