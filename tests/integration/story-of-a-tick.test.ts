import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BIT_LAST, FRAME_DELTA, timeAt, unixUs } from '#protocol';
import { LoopbackClient } from '../support/loopback-client.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { quote, trade } from '../support/test-timeline.ts';

const PRICE = 6_412_345;

let server: TestServer;
let client: LoopbackClient;
beforeAll(async () => {
  server = await startTestServer(['ETH-USD', 'BTC-USD']);
  client = await LoopbackClient.open(server.socketUrl);
});
afterAll(() => server.app.close());

/**
 * One price through every room, in the order in which ARCHITECTURE.md tells it. Each test is a room, and continues where the one
 * before has ended.
 */
describe('the story of a tick', () => {
  it('begins with a viewer who watches BTC-USD at ten frames a second', async () => {
    await client.subscribe(1, 'quote', ['BTC-*'], { maxRateHz: 10 });
    expect(client.model.frames).toMatchObject([{ ids: [1] }]);
    expect(client.model.columns.last[1]).toBeNaN();
    server.feed.sink.onEvent(quote(1, server.clock.nowUs(), PRICE - 2, 1, PRICE + 2, 1));
    server.clock.advance(200);
    await client.settle();
    client.model.frames.length = 0;
  });

  it('feeds/supervisor: the feed hands over a trade, which is counted with its latency', () => {
    const nowUs = server.clock.nowUs();
    const event = { ...trade(1, nowUs - 7_000, PRICE, 250, 2), receiveTimeUs: unixUs(nowUs) };
    server.feed.sink.onEvent(event);
    // What a source does with its event afterwards is its own affair.
    event.price = 0 as never;
    server.feed.sink.onEvent({ ...event, price: Number.NaN as never });
  });

  it('engine/engine: it is checked and stamped; what is no price was refused and counted', () => {
    const { engine } = server.timeline;
    expect(engine.counters.toRecord()).toEqual({ bad_price: 1 });
    expect(engine.state.version(1)).toBe(engine.versions.current + 1);
  });

  it('engine/market-state, trade-ring, bars: last value, trade number 1 and a bar in every interval agree', () => {
    const { bars, state, trades } = server.timeline.engine;
    expect([state.columns.last[1], state.columns.volume[1]]).toEqual([PRICE, 250]);
    expect(trades.since(1, 1, 9)).toMatchObject({ firstSeq: 1, trades: [{ price: PRICE, aggressor: 2 }] });
    expect(bars.range(60, 1, 0, Infinity, 9)).toMatchObject([{ close: PRICE, volume: 250 }]);
  });

  it('engine/hub, lane: its instrument is marked for the lane of ten a second; nobody has heard of it', async () => {
    await client.settle();
    expect(client.model.frames).toEqual([]);
    expect(client.model.columns.last[1]).toBeNaN();
  });

  it('engine/pacing: a lane is served at its own grid point, and not before', async () => {
    server.clock.advance(99);
    await client.settle();
    expect(client.model.frames).toEqual([]);
    server.clock.advance(1);
  });

  it('engine/lane-encoder, sessions/session, sessions/ws-socket: one frame, with the fields that changed', async () => {
    await client.until(() => client.model.frames.length === 1);
    expect(client.model.frames).toMatchObject([{ kind: FRAME_DELTA, asOf: 300, ids: [1] }]);
    expect(client.bytes).toBeGreaterThan(0);
  });

  it('protocol/frames: the client holds the price, in ticks, with the time of its trade', () => {
    const { columns, clock } = client.model;
    expect([columns.last[1], columns.lastSize[1], columns.high[1]]).toEqual([PRICE, 250, PRICE]);
    expect(client.model.entries.get(1)).toMatchObject({ symbol: 'BTC-USD', tick: { units: 1, decimals: 2 } });
    expect(timeAt(clock!, 300) - columns.tradeTimeUs[1]!).toBeGreaterThanOrEqual(107_000);
    expect(timeAt(clock!, 300) - columns.tradeTimeUs[1]!).toBeLessThan(108_000);
    expect(BIT_LAST).toBe(2);
  });

  it('ends in the status of the second: two events in, one of them refused, seven milliseconds late', async () => {
    server.clock.advance(2_000);
    await client.settle();
    const statuses = client.model.messages.filter((message) => message.type === 'status');
    expect(statuses.at(-1)).toMatchObject({
      counters: { bad_price: 1 },
      feeds: [{ name: 'test feed', state: 'live', latencyMs: 7 }],
    });
  });
});
