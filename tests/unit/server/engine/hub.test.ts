import { describe, expect, it } from 'vitest';
import { FRAME_BARS, FRAME_DELTA, FRAME_SNAPSHOT, type TradesLostMessage } from '#protocol';
import {
  book,
  instrument,
  quote,
  testTimeline,
  trade,
  type TestTimeline,
} from '../../../support/test-timeline.ts';
import { TestViewer } from '../../../support/test-viewer.ts';

const QUEUE_FULL = 300_000;

function market(symbols = ['A', 'B'], tradeRingSize = 4_096): TestTimeline {
  return testTimeline({ symbols, tradeRingSize });
}

function trades(parts: TestTimeline, id: number, count: number): void {
  for (let index = 0; index < count; index += 1)
    parts.engine.onEvent(trade(id, parts.clock.nowUs(), 1_000 + index, 1));
}

const seqs = (viewer: TestViewer, id: number): number[] => [
  ...(viewer.model.trade.rows.get(id)?.keys() ?? []),
];
const lost = (viewer: TestViewer): TradesLostMessage[] =>
  viewer.model.messages.filter((message) => message.type === 'trades-lost');

/** Kinds of the data frames that came since the last look. */
function kinds(viewer: TestViewer): number[] {
  viewer.deliver();
  return viewer.model.frames.splice(0).map((frame) => frame.kind);
}

describe('who is served what', () => {
  it('[SU9] an instrument of several subscriptions comes once a tick, at the fastest rate', () => {
    const parts = market();
    const viewer = new TestViewer(parts).hello();
    viewer.subscribe(1, 'quote', ['*'], { maxRateHz: 1 });
    viewer.subscribe(2, 'quote', ['A'], { maxRateHz: 10 });
    viewer.subscribe(3, 'quote', ['A', 'B'], { maxRateHz: 0.5 });
    expect(kinds(viewer)).toEqual([FRAME_SNAPSHOT, FRAME_SNAPSHOT, FRAME_SNAPSHOT]);
    for (let tick = 0; tick < 10; tick += 1) {
      parts.engine.onEvent(trade(0, parts.clock.nowUs(), 1_000 + tick, 1));
      parts.engine.onEvent(trade(1, parts.clock.nowUs(), 1_000 + tick, 1));
      parts.clock.advance(100);
    }
    viewer.deliver();
    const ids = viewer.model.frames.map((frame) => frame.ids);
    expect(ids.flat().filter((id) => id === 0)).toHaveLength(10);
    expect(ids.flat().filter((id) => id === 1)).toHaveLength(1);
  });

  it('viewers of the same instruments are sent the very same bytes', () => {
    const parts = market();
    const viewers = [1, 2].map(() => new TestViewer(parts).hello().subscribe(1, 'quote', ['*']));
    parts.clock.advance(5);
    trades(parts, 0, 1);
    parts.clock.advance(100);
    const [first, second] = viewers.map((viewer) => viewer.socket.newest);
    expect(first).toBeInstanceOf(Uint8Array);
    expect(first).toBe(second);
  });

  it('[SU6] a subscription that matches nothing yet is served from the first event of what is listed later', () => {
    const parts = market([]);
    const viewer = new TestViewer(parts).hello();
    viewer.subscribe(1, 'quote', ['*']).subscribe(2, 'trade', ['*'], { maxRateHz: 2 });
    viewer.subscribe(3, 'bar:1s', ['N*']).subscribe(4, 'book', ['*']);
    const id = parts.engine.define(instrument('NEW'));
    trades(parts, id, 3);
    parts.engine.onEvent(book(id, parts.clock.nowUs(), true, [999, 1], [1_001, 2]));
    parts.clock.advance(1_000);
    viewer.deliver();
    expect(viewer.model.columns.last[id]).toBe(1_002);
    expect(seqs(viewer, id)).toEqual([1, 2, 3]);
    expect(viewer.model.barsOf(1, id)).toMatchObject([{ open: 1_000, close: 1_002, volume: 3 }]);
    expect(viewer.model.books.get(id)).toEqual({ bids: [999, 1], asks: [1_001, 2] });
  });

  it('[DI2] a viewer who watched nothing for a while gets the entries that changed meanwhile', () => {
    const parts = market();
    trades(parts, 0, 1);
    const viewer = new TestViewer(parts).hello().subscribe(1, 'quote', ['A']);
    viewer.say({ type: 'unsubscribe', subscription: 1 });
    const away = new TestViewer(parts).hello().subscribe(1, 'quote', ['A']);
    parts.engine.onEvent(trade(0, parts.clock.nowUs(), 900_000, 1));
    parts.engine.dictionary.rebase(parts.engine.state);
    parts.clock.advance(1_000);
    viewer.subscribe(2, 'quote', ['A']).deliver();
    expect(viewer.model.columns.last[0]).toBe(900_000);
    expect(away.deliver().model.columns.last[0]).toBe(900_000);
  });

  it('[DI2] a viewer whose selectors match nothing is told the generation of the empty snapshot', () => {
    const parts = market();
    const viewer = new TestViewer(parts).hello().subscribe(1, 'quote', ['NOBODY']).deliver();
    expect(viewer.model.generation).toBe(1);
    expect(kinds(viewer)).toEqual([FRAME_SNAPSHOT]);
  });

  it('keeps no lane and no timer for a viewer who left', () => {
    const parts = market();
    const before = parts.clock.pendingTimers;
    const viewer = new TestViewer(parts).hello();
    viewer
      .subscribe(1, 'quote', ['*'], { maxRateHz: 60 })
      .subscribe(2, 'trade', ['NOBODY'], { maxRateHz: 1 });
    expect(parts.clock.pendingTimers).toBe(before + 2);
    viewer.say({ type: 'tune', subscription: 2, maxRateHz: 60 });
    expect(parts.clock.pendingTimers).toBe(before + 1);
    viewer.session.onClosed();
    expect(parts.clock.pendingTimers).toBe(before);
  });
});

describe('trades, which must come once', () => {
  it('[TR3] begin for a newcomer where its subscription does, though the lane holds older ones', () => {
    const parts = market();
    const old = new TestViewer(parts).hello().subscribe(1, 'trade', ['*'], { maxRateHz: 1 });
    trades(parts, 0, 3);
    const viewer = new TestViewer(parts).hello().subscribe(1, 'trade', ['A'], { maxRateHz: 1 });
    trades(parts, 0, 2);
    parts.clock.advance(1_000);
    expect([seqs(old.deliver(), 0), seqs(viewer.deliver(), 0)]).toEqual([
      [1, 2, 3, 4, 5],
      [4, 5],
    ]);
  });

  it('[SU10] are neither lost nor repeated by a change of the rate', () => {
    const parts = market();
    new TestViewer(parts).hello().subscribe(1, 'trade', ['*'], { maxRateHz: 0.1 });
    const viewer = new TestViewer(parts).hello().subscribe(1, 'trade', ['*'], { maxRateHz: 10 });
    for (const maxRateHz of [0.1, 10, 0.5, 60, 0.1]) {
      trades(parts, 0, 2);
      parts.clock.advance(70);
      viewer.say({ type: 'tune', subscription: 1, maxRateHz });
      trades(parts, 0, 1);
    }
    parts.clock.advance(10_000);
    expect(seqs(viewer.deliver(), 0)).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
  });

  it('[TR4] are told as lost once, to those who lost them', () => {
    const parts = market(['A', 'B'], 8);
    const slow = new TestViewer(parts).hello().subscribe(1, 'trade', ['*'], { maxRateHz: 1 });
    const other = new TestViewer(parts).hello().subscribe(1, 'trade', ['B'], { maxRateHz: 1 });
    slow.socket.queuedBytes = QUEUE_FULL;
    trades(parts, 0, 10);
    parts.clock.advance(1_000);
    expect(lost(slow.deliver())).toEqual([]);
    trades(parts, 0, 10);
    slow.socket.queuedBytes = 0;
    parts.clock.advance(1_000);
    expect(lost(slow.deliver())).toMatchObject([{ instrument: 0, fromSeq: 1, toSeq: 12 }]);
    expect(slow.model.trade.lastSeq.get(0)).toBe(20);
    expect(lost(other.deliver())).toEqual([]);
  });

  it('[TR4] are told as lost also when none is left to send', () => {
    const parts = market(['A', 'B'], 4);
    const viewer = new TestViewer(parts).hello().subscribe(1, 'trade', ['A'], { maxRateHz: 1 });
    trades(parts, 0, 2);
    trades(parts, 1, 4);
    parts.clock.advance(1_000);
    expect(lost(viewer.deliver())).toMatchObject([{ instrument: 0, fromSeq: 1, toSeq: 2 }]);
    expect(parts.engine.counters.get('trades_lost')).toBe(2);
  });

  it('[TL2] of a new epoch all come, also those of a viewer who had come in the midst of a tick', () => {
    const parts = market();
    new TestViewer(parts).hello().subscribe(1, 'trade', ['*'], { maxRateHz: 1 });
    trades(parts, 0, 5);
    const viewer = new TestViewer(parts).hello().subscribe(1, 'trade', ['*'], { maxRateHz: 1 });
    parts.timeline.hold(true);
    parts.timeline.release();
    trades(parts, 0, 2);
    parts.clock.advance(1_000);
    expect(seqs(viewer.deliver(), 0)).toEqual([1, 2]);
  });
});

describe('a viewer who cannot take more', () => {
  it('[LI4] gets the newest values once it can, in one frame, and high, low and volume of all between', () => {
    const parts = market();
    const viewer = new TestViewer(parts).hello().subscribe(1, 'quote', ['*']).deliver();
    viewer.model.frames.length = 0;
    viewer.socket.queuedBytes = QUEUE_FULL;
    for (const price of [1_000, 5_000, 200, 1_500]) {
      parts.engine.onEvent(trade(0, parts.clock.nowUs(), price, 3));
      parts.clock.advance(100);
    }
    expect(kinds(viewer)).toEqual([]);
    viewer.socket.queuedBytes = 0;
    parts.clock.advance(100);
    expect(kinds(viewer)).toEqual([FRAME_DELTA]);
    const { last, high, low, volume } = viewer.model.columns;
    expect([last[0], high[0], low[0], volume[0]]).toEqual([1_500, 5_000, 200, 12]);
    expect(parts.engine.counters.get('ticks_skipped')).toBeGreaterThan(0);
    expect(parts.engine.counters.get('updates_conflated')).toBeGreaterThan(0);
  });

  it('is served what it missed in a slow lane before anything newer, or it could not come back with that version', () => {
    const parts = market();
    const viewer = new TestViewer(parts).hello();
    viewer.subscribe(1, 'quote', ['A'], { maxRateHz: 10 }).subscribe(2, 'bar:1m', ['B'], { maxRateHz: 0.1 });
    parts.clock.advance(50);
    viewer.deliver().socket.queuedBytes = QUEUE_FULL;
    trades(parts, 1, 1);
    parts.clock.advance(10_000);
    viewer.socket.queuedBytes = 0;
    trades(parts, 0, 1);
    parts.clock.advance(100);
    viewer.model.frames.length = 0;
    expect(kinds(viewer)).toEqual([FRAME_BARS, FRAME_DELTA]);
  });

  it('costs no memory but its marks: what is put together for it is not kept', () => {
    const parts = market(Array.from({ length: 200 }, (_, index) => `S${index}`));
    const viewers = Array.from({ length: 50 }, () =>
      new TestViewer(parts).hello().subscribe(1, 'quote', ['*']),
    );
    const trade = (): void => {
      for (let id = 0; id < 200; id += 1) trades(parts, id, 1);
      parts.clock.advance(100);
    };
    // First prices are told as whole entries of the dictionary.
    trade();
    for (const viewer of viewers) viewer.deliver().socket.queuedBytes = QUEUE_FULL;
    for (let tick = 0; tick < 19; tick += 1) trade();
    const sent = viewers[0]!.socket.bytesSent;
    for (const viewer of viewers) viewer.socket.queuedBytes = 0;
    parts.clock.advance(100);
    // One entry an instrument, some 20 bytes, however many ticks were missed.
    expect(viewers[0]!.socket.bytesSent - sent).toBeLessThan(200 * 30 + 200);
    for (const viewer of viewers) expect(viewer.deliver().model.columns.volume[199]).toBe(20);
  });
});

describe('coming back', () => {
  /** Two connections of one viewer, with trading before, between and after. */
  function comeBack(parts: TestTimeline, between: () => void): TestViewer {
    const before = new TestViewer(parts).hello();
    for (const [index, channel] of ['quote', 'trade', 'bar:1s', 'book'].entries())
      before.subscribe(index, channel, ['*'], { maxRateHz: 2 });
    trades(parts, 0, 3);
    parts.clock.advance(1_000);
    trades(parts, 0, 1);
    before.deliver().session.onClosed();
    between();
    const { model } = before;
    model.reconnected(true);
    const after = new TestViewer(parts, { model }).hello({ epoch: model.epoch, asOf: model.asOf });
    for (const [index, channel] of ['quote', 'trade', 'bar:1s', 'book'].entries())
      after.subscribe(index, channel, ['*'], { maxRateHz: 2, resume: true });
    parts.clock.advance(1_000);
    return after.deliver();
  }

  it('[RS7] brings every trade and every bar of the time between, also one that a late trade changed', () => {
    const parts = market();
    const viewer = comeBack(parts, () => {
      const longAgoUs = parts.clock.nowUs() - 1_000_000;
      for (let second = 0; second < 30; second += 1) {
        trades(parts, 0, 1);
        parts.clock.advance(1_000);
      }
      parts.engine.onEvent(trade(0, longAgoUs, 9_999, 7));
    });
    expect(seqs(viewer, 0)).toEqual(Array.from({ length: 35 }, (_, index) => index + 1));
    expect(viewer.model.barsOf(1, 0)).toEqual(parts.engine.bars.range(1, 0, 0, Infinity, 99));
    expect(viewer.model.barsOf(1, 0).some((bar) => bar.high === 9_999)).toBe(true);
  });

  it('[RS7] brings every bar of a replay that was paused or sped up meanwhile', () => {
    const parts = testTimeline({ mode: 'replay', symbols: ['A', 'B'] });
    const viewer = comeBack(parts, () => {
      for (let second = 1; second <= 50; second += 1)
        parts.engine.onEvent(trade(0, parts.clock.nowUs() + second * 1_000_000, 1_000, 1));
      parts.source.speed = 1_000;
      parts.timeline.remap();
      parts.clock.advance(50);
      parts.source.state = 'paused';
      parts.timeline.remap();
    });
    expect(viewer.model.barsOf(1, 0)).toEqual(parts.engine.bars.range(1, 0, 0, Infinity, 99));
  });

  it('[RS5] leaves out what did not change', () => {
    const parts = market();
    trades(parts, 1, 1);
    parts.clock.advance(60_000);
    const viewer = comeBack(parts, () => trades(parts, 0, 1));
    const [snapshot] = viewer.model.frames.filter((frame) => frame.kind === FRAME_SNAPSHOT).slice(-1);
    expect(snapshot!.ids).toEqual([0]);
  });

  it('[RS7] is told of trades that left the ring in between', () => {
    const parts = market(['A', 'B'], 8);
    const viewer = comeBack(parts, () => {
      trades(parts, 0, 20);
      parts.clock.advance(5_000);
    });
    expect(viewer.model.trade.lastSeq.get(0)).toBe(24);
    expect(lost(viewer).at(-1)).toMatchObject({ toSeq: 16 });
  });

  it('[RS9] on a connection on which another epoch has begun since brings everything', () => {
    const parts = market();
    const first = new TestViewer(parts).hello().subscribe(1, 'quote', ['*']);
    parts.clock.advance(5_000);
    const { model } = first.deliver();
    const second = new TestViewer(parts).hello({ epoch: model.epoch, asOf: model.asOf + 1_000_000 });
    parts.timeline.hold(true);
    trades(parts, 1, 1);
    parts.timeline.release();
    second.subscribe(1, 'quote', ['*'], { resume: true });
    second.deliver();
    expect(second.model.frames.at(-1)!.ids).toEqual([0, 1]);
    expect(second.model.columns.last[1]).toBe(1_000);
  });
});

describe('a new epoch', () => {
  it('[TL2] brings what a subscription would bring, to everybody, from version 0 on', () => {
    const parts = market();
    const viewer = new TestViewer(parts).hello();
    viewer.subscribe(1, 'quote', ['*']).subscribe(2, 'bar:1m', ['*']).subscribe(3, 'quote', ['NOBODY']);
    trades(parts, 0, 2);
    parts.clock.advance(5_000);
    viewer.deliver();
    viewer.model.frames.length = 0;
    parts.timeline.hold(true);
    viewer.subscribe(4, 'quote', ['A'], { maxRateHz: 60 });
    trades(parts, 1, 1);
    parts.clock.advance(5_000);
    expect(kinds(viewer)).toEqual([]);
    parts.timeline.release();
    expect(kinds(viewer)).toEqual([FRAME_SNAPSHOT, FRAME_BARS]);
    expect([viewer.model.columns.last[0], viewer.model.columns.last[1]]).toEqual([NaN, 1_000]);
    expect(viewer.model.asOf).toBeLessThan(5_100);
  });

  it('[VE1] counts from 0 also for a viewer who was served nothing in it yet and is late', () => {
    const parts = market();
    const viewer = new TestViewer(parts).hello().subscribe(1, 'trade', ['*'], { maxRateHz: 10 });
    parts.clock.advance(60_000);
    trades(parts, 0, 1);
    parts.clock.advance(100);
    parts.timeline.hold(false);
    parts.timeline.release();
    viewer.socket.queuedBytes = QUEUE_FULL;
    trades(parts, 0, 1);
    parts.clock.advance(200);
    viewer.socket.queuedBytes = 0;
    parts.clock.advance(200);
    trades(parts, 0, 1);
    parts.clock.advance(200);
    expect(seqs(viewer.deliver(), 0)).toEqual([2, 3]);
    expect(viewer.model.asOf).toBeLessThan(1_000);
  });

  it('[VE2] of the same values begins after 49 days, and owes what the old one owed', async () => {
    const parts = market();
    const viewer = new TestViewer(parts).hello().subscribe(1, 'trade', ['*'], { maxRateHz: 0.1 });
    viewer.subscribe(2, 'quote', ['*']);
    trades(parts, 0, 1);
    parts.clock.advance(10_000);
    const { epoch } = parts.timeline;
    viewer.deliver();
    parts.clock.stall(49 * 86_400_000 - 15_000);
    viewer.say({ type: 'ping', nonce: 1 });
    parts.clock.advance(9_500);
    trades(parts, 0, 1);
    viewer.say({ type: 'ping', nonce: 1 });
    parts.clock.advance(20_000);
    expect(parts.timeline.epoch).not.toBe(epoch);
    viewer.model.trade.firstSeq = () => undefined;
    expect(seqs(viewer.deliver(), 0)).toEqual([2]);
    expect(viewer.model.columns.last[0]).toBe(1_000);
    await parts.timeline.close();
    viewer.session.onClosed();
    expect(parts.clock.pendingTimers).toBe(0);
  });
});

describe('versions', () => {
  it('[VE1] never fall, and do not run ahead of time when thousands come at once', () => {
    const parts = market();
    const first = new TestViewer(parts).hello().subscribe(1, 'quote', ['*'], { maxRateHz: 60 });
    parts.clock.advance(1_000);
    for (let index = 0; index < 3_000; index += 1) {
      parts.engine.onEvent(quote(0, parts.clock.nowUs(), 100 + index, 1, 200 + index, 1));
      new TestViewer(parts).hello().subscribe(1, 'quote', ['*']).session.onClosed();
    }
    parts.clock.advance(20);
    first.deliver();
    expect(first.model.asOf).toBeLessThan(1_100);
    expect(first.model.columns.bid[0]).toBe(3_099);
  });
});
