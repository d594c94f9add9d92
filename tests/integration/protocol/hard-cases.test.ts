import { describe, expect, it } from 'vitest';
import { unixUs } from '#protocol';
import {
  quote,
  testTimeline,
  trade,
  instrument,
  type TestSource,
  type TestTimeline,
} from '../../support/test-timeline.ts';
import { TestViewer } from '../../support/test-viewer.ts';

const symbols = (count: number): string[] => Array.from({ length: count }, (_, index) => `S${index}`);

function lostTrades(viewer: TestViewer): number {
  return viewer.model.messages.filter(({ type }) => type === 'trades-lost').length;
}

/** Trades of every instrument for a while, one each 50 ms. */
function trades({ engine, clock }: TestTimeline, ms: number): void {
  for (let passed = 0; passed < ms; passed += 50) {
    for (let id = 0; id < engine.dictionary.size; id += 1)
      engine.onEvent(trade(id, clock.nowUs(), 1_000 + (passed % 7), 1));
    clock.advance(50);
  }
}

describe('cases that went wrong once', () => {
  it('[QS6] a cap with ample room loses no trade, also while some instrument has never been heard of', () => {
    const parts = testTimeline({ symbols: symbols(2) });
    const viewer = new TestViewer(parts).hello();
    viewer
      .say({ type: 'tune', maxBitsPerSecond: 100_000_000 })
      .subscribe(1, 'trade', ['*'], { maxRateHz: 1 });
    for (let count = 0; count < 3_000; count += 1) {
      parts.engine.onEvent(trade(0, parts.clock.nowUs(), 1_000 + (count % 9), 1));
      if (count % 3 === 0) parts.clock.advance(10);
    }
    parts.clock.advance(1_100);
    expect(viewer.deliver().model.trade.rows.get(0)?.size).toBe(3_000);
    expect(lostTrades(viewer)).toBe(0);
  });

  it('[QS3] [JS1] a cap holds for text too, which is several times as long', () => {
    const parts = testTimeline({ symbols: symbols(60) });
    const viewer = new TestViewer(parts, { encoding: 'json' }).hello();
    viewer
      .say({ type: 'tune', maxBitsPerSecond: 64_000 })
      .subscribe(1, 'quote', ['*'])
      .subscribe(2, 'trade', ['*']);
    const sent: number[] = [];
    let before = viewer.socket.bytesSent;
    for (let step = 0; step < 200; step += 1) {
      trades(parts, 100);
      if (step % 50 === 0) viewer.say({ type: 'ping', nonce: 1 });
      sent.push(viewer.socket.bytesSent - before);
      before = viewer.socket.bytesSent;
    }
    const windows = sent
      .slice(20)
      .map((_, from) => sent.slice(from, from + 20).reduce((sum, bytes) => sum + bytes));
    expect(Math.max(...windows)).toBeLessThanOrEqual((64_000 / 8) * 2 * 1.05);
    expect(Math.max(...windows)).toBeGreaterThan(2_000);
  });

  it('[RS7] [QS5] a resume under a cap that is cut itself can be resumed: every trade comes, or is told as lost', () => {
    const parts = testTimeline({ symbols: symbols(100), tradeRingSize: 131_072 });
    const { epoch } = parts.timeline;
    const first = new TestViewer(parts).hello().subscribe(1, 'trade', ['*']);
    trades(parts, 3_000);
    const { model } = first.deliver();
    first.session.onClosed();
    trades(parts, 3_000);
    const resumed = (): TestViewer => {
      model.reconnected(true);
      return new TestViewer(parts, { model }).hello({ epoch, asOf: model.asOf });
    };
    const capped = resumed();
    capped.say({ type: 'tune', maxBitsPerSecond: 8_000 }).subscribe(1, 'trade', ['*'], { resume: true });
    trades(parts, 1_500);
    capped.deliver().session.onClosed();
    const last = resumed().subscribe(1, 'trade', ['*'], { resume: true });
    trades(parts, 1_000);
    last.deliver();
    for (let id = 0; id < 100; id += 1) {
      const newest = parts.engine.trades.newestSeq(id);
      const known = [...(model.trade.rows.get(id)?.keys() ?? [])];
      expect([id, known.length, Math.max(...known)]).toEqual([id, newest, newest]);
    }
  });

  it('[DI3] units that change in the midst of a tick never mix with values of the units before', () => {
    const parts = testTimeline({ symbols: ['A'], chunkViewers: 1 });
    parts.clock.soon = (run) => parts.clock.after(2, run);
    const viewers = Array.from({ length: 4 }, () =>
      new TestViewer(parts).hello().subscribe(1, 'quote', ['A']).subscribe(2, 'trade', ['A']),
    );
    parts.clock.advance(100);
    for (const { socket } of viewers.slice(2)) socket.queuedBytes = 1;
    parts.engine.onEvent(trade(0, parts.clock.nowUs(), 10_200, 100));
    parts.clock.advance(100);
    for (const { socket } of viewers) socket.queuedBytes = 0;
    parts.engine.onEvent(trade(0, parts.clock.nowUs(), 10_300, 100));
    parts.clock.advance(98);
    parts.clock.advance(3);
    parts.engine.define(instrument('A', { tick: { units: 1, decimals: 4 } }));
    parts.clock.advance(500);
    for (const viewer of viewers) {
      const { entries, columns, trade: tape } = viewer.deliver().model;
      expect(columns.last[0]! / 10 ** entries.get(0)!.tick.decimals).toBe(103);
      expect([...tape.rows.get(0)!.values()].at(-1)).toMatchObject({ size: 100 });
    }
  });

  const standsAt = (timeUs: number, state: TestSource['state']): Partial<TestSource> => ({
    state,
    speed: 300,
    positionUs: () => unixUs(timeUs),
  });

  it.each<[string, Partial<TestSource>, Partial<TestSource>]>([
    ['another speed', {}, { speed: 300 }],
    ['a step', standsAt(7_000_000, 'paused'), standsAt(7_200_000, 'seeking')],
  ])('[VE3] %s in the midst of a tick changes no time of what was written before', (_, first, then) => {
    const parts = testTimeline({ mode: 'replay', symbols: ['A'], chunkViewers: 1 });
    Object.assign(parts.source, first);
    parts.timeline.remap();
    parts.clock.soon = (run) => parts.clock.after(2, run);
    const viewers = Array.from({ length: 4 }, () =>
      new TestViewer(parts).hello().subscribe(1, 'trade', ['A']).deliver(),
    );
    parts.clock.advance(100);
    const timeUs = parts.timeline.nowUs();
    const before = viewers.map(({ socket }) => socket.sent);
    parts.engine.onEvent(trade(0, timeUs, 10_200, 100));
    const served = () => viewers.filter(({ socket }, at) => socket.sent > before[at]!).length;
    while (served() === 0) parts.clock.advance(1);
    parts.clock.advance(3);
    expect(served()).toBeLessThan(4);
    Object.assign(parts.source, then);
    parts.timeline.remap();
    parts.clock.advance(500);
    for (const viewer of viewers) {
      const [row] = viewer.deliver().model.trade.rows.get(0)!.values();
      expect(row!.venueTimeUs).toBe(timeUs);
    }
  });

  it('[VE4] [TL2] a client that lagged is served at once in a new epoch', () => {
    const parts = testTimeline({ mode: 'replay', symbols: ['A'] });
    const viewer = new TestViewer(parts).hello().subscribe(1, 'quote', ['A'], { maxRateHz: 10 });
    parts.clock.advance(3_000);
    parts.engine.onEvent(quote(0, parts.clock.nowUs(), 5, 1, 6, 1));
    parts.clock.advance(200);
    viewer.deliver().say({ type: 'ack', asOf: 0, lagMs: 4_000 });
    parts.timeline.hold(true);
    parts.timeline.release();
    parts.engine.onEvent(quote(0, parts.clock.nowUs(), 7, 1, 8, 1));
    parts.clock.advance(200);
    expect(viewer.deliver().model.columns.bid[0]).toBe(7);
  });

  it('[SU6] an instrument that is listed concerns those whose selectors match, on the next tick', () => {
    const parts = testTimeline({ symbols: symbols(3) });
    const [watching, other] = [['NEW', 'S0'], ['S1']].map((selectors) =>
      new TestViewer(parts).hello().subscribe(1, 'quote', selectors),
    ) as [TestViewer, TestViewer];
    parts.clock.advance(100);
    const id = parts.engine.define(instrument('NEW'));
    parts.engine.onEvent(quote(id, parts.clock.nowUs(), 5, 1, 6, 1));
    parts.clock.advance(100);
    expect(watching.deliver().model.columns.bid[id]).toBe(5);
    expect(other.deliver().model.entries.has(id)).toBe(false);
  });

  it('[SU4] [SU9] five thousand names in one message are one subscription', () => {
    const parts = testTimeline({ symbols: symbols(2_000) });
    const viewer = new TestViewer(parts).hello().subscribe(1, 'quote', symbols(5_000)).deliver();
    const { messages, frames, entries } = viewer.model;
    const subscribed = messages.find(({ type }) => type === 'subscribed');
    expect(subscribed).toMatchObject({ instruments: 2_000, unmatched: symbols(5_000).slice(2_000) });
    expect(frames).toHaveLength(1);
    expect(entries.size).toBe(2_000);
  });
});
