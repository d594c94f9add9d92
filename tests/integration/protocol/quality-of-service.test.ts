import { describe, expect, it } from 'vitest';
import { ALL_BITS, ERROR_CODES, FRAME_DELTA, FRAME_SNAPSHOT } from '#protocol';
import { SeededRandom } from '../../support/seeded-random.ts';
import { ProtocolBench, ofKind } from '../../support/protocol-bench.ts';
import { book, quote, testTimeline, trade, type TestTimeline } from '../../support/test-timeline.ts';
import { TestViewer } from '../../support/test-viewer.ts';

const symbols = (count: number): string[] => Array.from({ length: count }, (_, index) => `S${index}`);

/** Lets every instrument change for a while; `look` is called every 5 ms. */
function trading(parts: TestTimeline, ms: number, look: () => void = () => {}): void {
  const random = new SeededRandom(7);
  const { engine, clock } = parts;
  for (let passed = 0; passed < ms; passed += 5) {
    const nowUs = clock.nowUs();
    for (let count = 0; count < 10; count += 1) {
      const id = random.below(engine.dictionary.size);
      const price = 100_000 + random.below(500);
      engine.onEvent(quote(id, nowUs, price, 1 + random.below(900), price + 1, 1 + random.below(900)));
      if (random.below(3) === 0) engine.onEvent(trade(id, nowUs, price, 1 + random.below(50)));
      if (random.below(5) === 0)
        engine.onEvent(book(id, nowUs, true, [price, 5, price - 1, 7], [price + 1, 9]));
    }
    clock.advance(5);
    look();
  }
}

/** What a viewer must hold of the quotes when all has been sent. */
function expectNewest(viewer: TestViewer, { engine }: TestTimeline): void {
  viewer.deliver();
  for (let id = 0; id < engine.dictionary.size; id += 1) {
    for (const field of ['last', 'bid', 'bidSize', 'ask', 'askSize', 'high', 'low', 'volume'] as const) {
      expect([id, field, viewer.model.columns[field][id]]).toEqual([
        id,
        field,
        engine.state.columns[field][id],
      ]);
    }
  }
}

describe('the rate of a connection', () => {
  it('[QS1] is a ceiling over what was and what will be subscribed, and is told as granted', () => {
    const bench = new ProtocolBench();
    const id = bench.define('sim', 'AAA');
    const peer = bench.greeted();
    peer.subscribe(1, 'quote', ['*'], { maxRateHz: 60 });
    expect(peer.ask({ type: 'tune', maxRateHz: 7 })).toEqual([
      { type: 'tuned', maxRateHz: 5, maxBitsPerSecond: 0 },
    ]);
    peer.subscribe(2, 'trade', ['*'], { maxRateHz: 30 });
    for (let count = 0; count < 1_000; count += 1) {
      bench.quote(id, 1 + (count % 7), 10);
      bench.trade(id, 5);
      bench.advance(10);
    }
    const said = peer.heard();
    expect(ofKind(said, 'delta')).toHaveLength(50);
    expect(ofKind(said, 'trades')).toHaveLength(50);
    peer.ask({ type: 'tune', maxRateHz: 60 });
    for (let count = 0; count < 100; count += 1) {
      bench.quote(id, 1 + (count % 7), 10);
      bench.advance(10);
    }
    expect(ofKind(peer.heard(), 'delta').length).toBeGreaterThan(55);
  });

  it.each([0.5, 2, 10, 30, 60])('[SU7] [SU8] at %d Hz is kept within 5 %% over ten seconds', (rateHz) => {
    const parts = testTimeline({ symbols: symbols(5) });
    const viewer = new TestViewer(parts).hello().subscribe(1, 'quote', ['*'], { maxRateHz: rateHz });
    viewer.deliver().model.frames.length = 0;
    trading(parts, 10_000);
    const frames = viewer.deliver().model.frames.length;
    expect(Math.abs(frames - rateHz * 10)).toBeLessThanOrEqual(rateHz * 10 * 0.05);
  });

  it('[QS2] changes as often as the viewer likes: no snapshot, nothing lost', () => {
    const parts = testTimeline({ symbols: symbols(20) });
    const viewer = new TestViewer(parts).hello().subscribe(1, 'quote', ['*']).subscribe(2, 'trade', ['*']);
    viewer.deliver().model.frames.length = 0;
    const random = new SeededRandom(4);
    trading(parts, 20_000, () => {
      if (random.below(40) > 0) return;
      viewer.say({ type: 'tune', maxRateHz: random.pick([0.1, 1, 10, 60]) });
      viewer.say({ type: 'tune', subscription: 1, maxRateHz: random.pick([0.5, 5, 30]) });
    });
    viewer.say({ type: 'tune', maxRateHz: 60 });
    parts.clock.advance(2_100);
    expectNewest(viewer, parts);
    expect(viewer.model.frames.filter(({ kind }) => kind === FRAME_SNAPSHOT)).toEqual([]);
    for (let id = 0; id < 20; id += 1) {
      const seqs = [...(viewer.model.trade.rows.get(id)?.keys() ?? [])];
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
      expect(seqs).toHaveLength(parts.engine.trades.newestSeq(id));
    }
  });

  it('[QS1] [ER1] is refused outside its bounds, and when nothing or too much is tuned', () => {
    const peer = new ProtocolBench().greeted();
    const code = (more: object): unknown => peer.ask({ type: 'tune', ...more })[0]?.['code'];
    const { badRange, malformedMessage } = ERROR_CODES;
    expect(code({ maxRateHz: 61 })).toBe(badRange.code);
    expect(code({ maxBitsPerSecond: 7_999 })).toBe(badRange.code);
    expect(code({ maxBitsPerSecond: -1 })).toBe(badRange.code);
    expect(code({})).toBe(malformedMessage.code);
    expect(code({ subscription: 1, maxBitsPerSecond: 9_000 })).toBe(malformedMessage.code);
  });
});

describe('the bandwidth of a connection', () => {
  it.each([8_000, 16_000, 64_000, 256_000])(
    '[QS3] of %d bit/s is never exceeded in any two seconds, and newest values come all the same',
    (bitsPerSecond) => {
      const parts = testTimeline({ symbols: symbols(100) });
      const viewer = new TestViewer(parts).hello();
      viewer.say({ type: 'tune', maxBitsPerSecond: bitsPerSecond });
      for (const [index, channel] of ['quote', 'trade', 'book', 'bar:1s'].entries())
        viewer.subscribe(index, channel, ['*'], { maxRateHz: 10 });
      const sent: { atUs: number; bytes: number }[] = [];
      let before = viewer.socket.wireBytes;
      const look = (): void => {
        sent.push({ atUs: parts.clock.nowUs(), bytes: viewer.socket.wireBytes - before });
        before = viewer.socket.wireBytes;
        if (sent.length % 1_000 === 0) viewer.say({ type: 'ping', nonce: 1 });
      };
      trading(parts, 30_000, look);
      let most = 0;
      for (let from = 0; from + 400 <= sent.length; from += 1) {
        let sum = 0;
        for (let at = from; at < from + 400; at += 1) sum += sent[at]!.bytes;
        most = Math.max(most, sum);
      }
      expect(most).toBeLessThanOrEqual((bitsPerSecond / 8) * 2 * 1.05);
      // The market stands still: what waits comes through the same cap.
      for (let second = 0; second < 60; second += 1) {
        parts.clock.advance(1_000);
        viewer.say({ type: 'ping', nonce: 2 });
      }
      expectNewest(viewer, parts);
    },
  );

  it('[QS3] holds for answers to history too: they wait, and hold what a second of it can take', async () => {
    const bitsPerSecond = 16_000;
    const parts = testTimeline({ symbols: symbols(50) });
    for (let second = 0; second < 900; second += 1) {
      parts.clock.advance(1_000);
      for (let id = 0; id < 50; id += 7)
        parts.engine.onEvent(trade(id, parts.clock.nowUs(), 100_000 + second, second));
    }
    const viewer = new TestViewer(parts).hello();
    viewer
      .say({ type: 'tune', maxBitsPerSecond: bitsPerSecond })
      .subscribe(1, 'quote', ['*'], { maxRateHz: 10 });
    const ids = Array.from({ length: 50 }, (_, id) => id);
    const head = { type: 'history' };
    viewer
      .say({ ...head, request: 1, kind: 'bars', instrument: 0, interval: '1s', count: 5_000 })
      .say({ ...head, request: 2, kind: 'trades', instrument: 7, count: 256 })
      .say({ ...head, request: 3, kind: 'closes', instruments: ids, interval: '1m', count: 60 })
      .say({ ...head, request: 4, kind: 'bars', instrument: 0, interval: '1m', count: 3 });
    const sent: number[] = [];
    let before = 0;
    for (let step = 0; step < 4_000; step += 1) {
      parts.engine.onEvent(trade(step % 50, parts.clock.nowUs(), 100_000 + step, 1));
      parts.clock.advance(5);
      await Promise.resolve();
      sent.push(viewer.socket.wireBytes - before);
      before = viewer.socket.wireBytes;
      if (step % 1_000 === 0) viewer.say({ type: 'ping', nonce: 1 });
    }
    let most = 0;
    for (let from = 0; from + 400 <= sent.length; from += 1)
      most = Math.max(
        most,
        sent.slice(from, from + 400).reduce((sum, bytes) => sum + bytes, 0),
      );
    expect(most).toBeLessThanOrEqual((bitsPerSecond / 8) * 2 * 1.05);
    const answers = viewer.heard().filter((message) => message.type === 'history');
    answers.sort((a, b) => a.request - b.request);
    expect(answers.map(({ request }) => request)).toEqual([1, 2, 3, 4]);
    const [bars, trades, closes, few] = answers as unknown as {
      rows: number[];
      more?: boolean;
      series: unknown[];
    }[];
    expect(bars!.more).toBe(true);
    expect(bars!.rows.length / 6).toBeGreaterThan(20);
    expect(bars!.rows.length / 6).toBeLessThan(200);
    expect(trades!.rows.length).toBeGreaterThan(50);
    expect(closes!.series).toHaveLength(50);
    expect(few!.rows).toHaveLength(18);
  });

  it('[QS4] [SU2] brings the first values in portions, which an empty snapshot ends', () => {
    const parts = testTimeline({ symbols: symbols(200) });
    for (let id = 0; id < 200; id += 1)
      parts.engine.onEvent(quote(id, parts.clock.nowUs(), id + 1, 1, id + 2, 1));
    parts.clock.advance(100);
    const viewer = new TestViewer(parts).hello();
    viewer.say({ type: 'tune', maxBitsPerSecond: 16_000 }).subscribe(1, 'quote', ['*']);
    const before = viewer.deliver().model.entries.size;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(100);
    parts.clock.advance(20_000);
    const { frames, entries } = viewer.deliver().model;
    expect(entries.size).toBe(200);
    expect(frames.map(({ kind }) => kind).indexOf(FRAME_SNAPSHOT)).toBe(frames.length - 1);
    expectNewest(viewer, parts);
  });

  it('[QS4] tells with the first delta of an instrument all of its fields', () => {
    const bench = new ProtocolBench();
    for (let index = 0; index < 50; index += 1) bench.quote(bench.define('sim', `S${index}`), 10, 11);
    bench.advance(1);
    const peer = bench.greeted();
    peer.ask({ type: 'tune', maxBitsPerSecond: 8_000 });
    const said = peer.subscribe(1, 'quote', ['*']);
    bench.advance(15_000);
    const deltas = ofKind([...said, ...peer.heard()], 'delta');
    const quotes = deltas.flatMap((delta) => delta['quotes'] as { id: number; bits: number }[]);
    expect(quotes).toHaveLength(50);
    expect(quotes.every(({ bits }) => bits === ALL_BITS)).toBe(true);
  });

  it('[QS5] says with each frame how far the viewer really is', () => {
    const parts = testTimeline({ symbols: symbols(300) });
    const viewer = new TestViewer(parts).hello();
    viewer.say({ type: 'tune', maxBitsPerSecond: 8_000 }).subscribe(1, 'quote', ['*']);
    trading(parts, 10_000);
    const { frames, asOf } = viewer.deliver().model;
    const version = parts.engine.versions.current;
    expect(frames.filter(({ kind }) => kind === FRAME_DELTA).length).toBeGreaterThan(20);
    expect(version - asOf).toBeGreaterThan(1_000);
    viewer.say({ type: 'tune', maxBitsPerSecond: 0 });
    trading(parts, 300);
    expect(parts.engine.versions.current - viewer.deliver().model.asOf).toBeLessThan(200);
  });

  it('[QS6] [TR4] leaves out the oldest trades that it has no room for, and tells each', () => {
    const parts = testTimeline({ symbols: symbols(1) });
    const viewer = new TestViewer(parts).hello();
    viewer.say({ type: 'tune', maxBitsPerSecond: 8_000 }).subscribe(1, 'trade', ['*']);
    viewer.deliver();
    for (let count = 0; count < 5_000; count += 1) {
      parts.engine.onEvent(trade(0, parts.clock.nowUs(), 1_000 + (count % 9), 1));
      if (count % 5 === 0) parts.clock.advance(5);
    }
    parts.clock.advance(4_000);
    const seqs = [...viewer.deliver().model.trade.rows.get(0)!].flatMap(([seq, one]) =>
      one === null ? [] : [seq],
    );
    const lost = viewer.model.messages.flatMap((message) =>
      message.type === 'trades-lost' ? [message.toSeq - message.fromSeq + 1] : [],
    );
    expect(seqs.at(-1)).toBe(5_000);
    expect(lost.length).toBeGreaterThan(0);
    expect(seqs.length + lost.reduce((sum, count) => sum + count, 0)).toBe(5_000);
  });
});

describe('a server that is busier than it can be', () => {
  it('[QS7] [ST2] serves the fastest less often, says so to them, and climbs back', () => {
    const parts = testTimeline({ symbols: symbols(5), chunkViewers: 8 });
    const viewers = Array.from({ length: 40 }, (_, index) =>
      new TestViewer(parts).hello().subscribe(1, 'quote', ['*'], { maxRateHz: index === 0 ? 1 : 60 }),
    );
    // Each write takes a millisecond: 39 of them do not fit into a period of 60 Hz.
    for (const { socket } of viewers) socket.onReady = () => parts.clock.skip(1);
    for (const viewer of viewers) viewer.heard();
    trading(parts, 4_000);
    const [slow, fast] = [viewers[0]!, viewers[1]!];
    const told = fast.heard().filter(({ type }) => type === 'throttled');
    expect(told.map((message) => 'maxRateHz' in message && message.maxRateHz)).toEqual([30, 20]);
    expect(told[0]).toMatchObject({ reason: 'server-busy' });
    expect(slow.heard().some(({ type }) => type === 'throttled')).toBe(false);
    expect(parts.timeline.report()).toMatchObject({ ceilingHz: 20 });
    for (const { socket } of viewers) socket.onReady = () => {};
    for (let second = 0; second < 30; second += 1) {
      trading(parts, 1_000);
      for (const viewer of viewers) viewer.say({ type: 'ping', nonce: 1 });
    }
    expect(fast.heard().findLast(({ type }) => type === 'throttled')).toMatchObject({ reason: 'recovered' });
    expect(parts.timeline.report().ceilingHz).toBe(60);
  });
});

describe('a client on a line of 16 kbit/s', () => {
  it('[LI4] [SEC14] next to 1,000 fast ones: they notice nothing, it holds one frame and gets the newest', () => {
    const parts = testTimeline({ symbols: symbols(50) });
    const slow = new TestViewer(parts).hello().subscribe(1, 'quote', ['*']);
    slow.deliver();
    slow.socket.addsToQueue = true;
    const fast = Array.from({ length: 1_000 }, () =>
      new TestViewer(parts).hello().subscribe(1, 'quote', ['*']),
    );
    for (const viewer of fast) viewer.deliver().model.frames.length = 0;
    let most = 0;
    let largest = 0;
    let before = 0;
    trading(parts, 3_000, () => {
      largest = Math.max(largest, slow.socket.wireBytes - before);
      before = slow.socket.wireBytes;
      most = Math.max(most, slow.socket.queuedBytes);
      slow.socket.queuedBytes = Math.max(0, slow.socket.queuedBytes - 10);
    });
    const sparse = fast.filter((_, index) => index % 100 === 0);
    for (const viewer of sparse) expect(viewer.deliver().model.frames.length).toBe(30);
    // A frame and the control messages of a second.
    expect(most).toBeLessThanOrEqual(largest + 1_000);
    slow.socket.queuedBytes = 0;
    slow.socket.addsToQueue = false;
    parts.clock.advance(200);
    expectNewest(slow, parts);
    expect(parts.timeline.report().ticksSkipped).toBeGreaterThan(0);
  });
});
