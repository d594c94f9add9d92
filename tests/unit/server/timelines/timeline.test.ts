import { describe, expect, it } from 'vitest';
import { unixUs, type StatusMessage, type TimelineMessage } from '#protocol';
import { testTimeline, trade } from '../../../support/test-timeline.ts';
import { TestViewer } from '../../../support/test-viewer.ts';

const ofType = <Type extends string>(viewer: TestViewer, type: Type) =>
  viewer.heard().filter((message): message is typeof message & { type: Type } => message.type === type);

describe('Timeline', () => {
  it('[HS3] describes itself to whoever comes, and reports every second', () => {
    const parts = testTimeline({ symbols: ['A'] });
    const viewer = new TestViewer(parts).hello();
    expect(viewer.heard().map(({ type }) => type)).toEqual(['welcome', 'timeline', 'status']);
    viewer.subscribe(1, 'quote', ['*']).heard();
    for (let index = 0; index < 25; index += 1) parts.engine.onEvent(trade(0, parts.clock.nowUs(), 5, 1));
    parts.engine.onEvent(trade(0, parts.clock.nowUs(), NaN, 1));
    parts.clock.advance(2_200);
    const reports = ofType(viewer, 'status') as StatusMessage[];
    expect(reports).toMatchObject([
      { receivedPerSecond: 25, counters: { bad_price: 1 } },
      { receivedPerSecond: 0, counters: { bad_price: 1 } },
    ]);
  });

  it('[TL1] announces a new map only when the old one is wrong', () => {
    const parts = testTimeline({ mode: 'replay' });
    const viewer = new TestViewer(parts).hello();
    viewer.heard();
    parts.clock.advance(5_000);
    parts.timeline.remap();
    expect(ofType(viewer, 'timeline')).toEqual([]);
    parts.source.speed = 10;
    parts.timeline.remap();
    parts.source.state = 'paused';
    parts.timeline.remap();
    parts.timeline.remap();
    const told = ofType(viewer, 'timeline') as TimelineMessage[];
    expect(told).toMatchObject([
      { speed: 10, clock: { speed: 10 } },
      { speed: 10, state: 'paused', clock: { speed: 0 } },
    ]);
  });

  it('[TL1] tells where a step led, however small', () => {
    const parts = testTimeline({ mode: 'replay' });
    const viewer = new TestViewer(parts).hello();
    const stands = (state: 'paused' | 'seeking', timeUs: number) => {
      parts.source.state = state;
      parts.source.positionUs = () => unixUs(timeUs);
      parts.timeline.remap();
    };
    stands('paused', 5_000_000);
    viewer.heard();
    stands('seeking', 4_999_600);
    stands('paused', 4_999_600);
    const told = ofType(viewer, 'timeline') as TimelineMessage[];
    expect(told.map(({ state, clock }) => [state, clock.timeUs])).toEqual([
      ['seeking', 4_999_600],
      ['paused', 4_999_600],
    ]);
  });

  it('[TL3] holds back everything from the begin of a new epoch until its state is right', () => {
    const parts = testTimeline({ mode: 'replay', symbols: ['A'] });
    const viewer = new TestViewer(parts).hello().subscribe(1, 'quote', ['*'], { maxRateHz: 60 }).deliver();
    const { epoch } = parts.timeline;
    parts.timeline.hold(true);
    expect(parts.timeline.epoch).not.toBe(epoch);
    viewer.model.frames.length = 0;
    for (let second = 0; second < 5; second += 1) {
      parts.engine.onEvent(trade(0, parts.clock.nowUs(), second + 1, 1));
      parts.clock.advance(1_000);
    }
    viewer.subscribe(2, 'trade', ['*']).deliver();
    expect(viewer.model.frames).toEqual([]);
    expect(viewer.model.epoch).toBe(parts.timeline.epoch);
    parts.timeline.release();
    expect(viewer.deliver().model.columns.last[0]).toBe(5);
    expect(viewer.model.trade.rows.size).toBe(0);
  });

  it('tells its source when somebody watches, and hands on commands', () => {
    const parts = testTimeline({ mode: 'replay', symbols: ['A'] });
    const viewer = new TestViewer(parts).hello();
    expect(parts.source.watched).toBe(0);
    viewer.subscribe(1, 'quote', ['*']).say({ type: 'timeline', op: 'pause' });
    expect([parts.source.watched, parts.source.commands]).toEqual([1, [{ type: 'timeline', op: 'pause' }]]);
  });

  it('rebases references that became expensive', () => {
    const parts = testTimeline({ symbols: ['A'] });
    const viewer = new TestViewer(parts).hello().subscribe(1, 'quote', ['*']);
    parts.engine.onEvent(trade(0, parts.clock.nowUs(), 1_000, 1));
    parts.clock.advance(1_000);
    for (let count = 0; count < 600; count += 1) {
      parts.engine.onEvent(trade(0, parts.clock.nowUs(), 900_000 + (count % 3), 200));
      parts.clock.advance(100);
      if (count % 50 === 0) viewer.say({ type: 'ping', nonce: 1 });
    }
    viewer.deliver();
    const { referencePrice, referenceVolume } = viewer.model.entries.get(0)!;
    expect(Math.abs(referencePrice - 900_000)).toBeLessThan(128);
    expect(referenceVolume).toBeGreaterThan(10_000);
    expect([viewer.model.columns.last[0], viewer.model.columns.volume[0]]).toEqual([900_002, 120_001]);
  });

  it('leaves no timer behind and closes its source', async () => {
    const parts = testTimeline({ symbols: ['A'] });
    new TestViewer(parts).hello().subscribe(1, 'quote', ['*']);
    await parts.timeline.close();
    expect([parts.clock.pendingTimers, parts.source.isClosed]).toEqual([0, true]);
  });

  it('[HI4] bounds an answer that many instruments and many rows would make huge', async () => {
    const parts = testTimeline({ symbols: ['A'] });
    for (let second = 0; second < 3_600; second += 1)
      parts.engine.onEvent(trade(0, parts.clock.nowUs() + second * 1_000_000, second, 1));
    const answer = await parts.timeline.history({
      type: 'history',
      request: 1,
      kind: 'closes',
      instruments: Array.from({ length: 500 }, () => 0 as never),
      interval: '1s',
      count: 5_000,
    });
    expect(answer).toMatchObject({ series: expect.any(Array) });
    const { series } = answer as { series: { closes: number[] }[] };
    expect(series.reduce((sum, { closes }) => sum + closes.length, 0)).toBe(60_000);
    expect(series[0]!.closes.at(-1)).toBe(3_599);
  });
});
