import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '#protocol';
import { LoopbackClient } from '../support/loopback-client.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { quote } from '../support/test-timeline.ts';

const INSTRUMENTS = 1_000;
const TICK_MS = 1000 / 60;
/** Less than 200 frames of all instruments take, bytes. */
const FRAMES_BYTES = 262_144;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(Array.from({ length: INSTRUMENTS }, (_, index) => `S${index}`));
});
afterAll(() => server.app.close());

/** Changes every instrument and serves it once. */
async function tick(number: number): Promise<void> {
  const nowUs = server.clock.nowUs();
  for (let id = 0; id < INSTRUMENTS; id += 1)
    server.feed.sink.onEvent(quote(id, nowUs, 100_000 + number, number, 200_000 + number, number));
  server.clock.advance(TICK_MS);
  await setImmediate();
}

describe('[SEC14] [LI6] a client that stops reading', () => {
  it('costs bounded memory, holds nobody up, and has the newest values once it reads again', async () => {
    const watch = { maxRateHz: 60 };
    const slow = await LoopbackClient.open(server.socketUrl);
    const other = await LoopbackClient.open(server.socketUrl);
    for (const client of [slow, other]) await client.subscribe(1, 'quote', ['*'], watch);
    slow.socket.pause();
    const { counters } = server.timeline.engine;
    let ticks = 0;
    let producedBytes = 0;
    let bytesAtFirstSkip = 0;
    while (counters.get('ticks_skipped') < 200 && ticks < 4_000) {
      ticks += 1;
      await tick(ticks);
      if (ticks % 20 === 0) await other.settle();
      producedBytes = other.bytes;
      if (counters.get('ticks_skipped') === 0) bytesAtFirstSkip = producedBytes;
      if (ticks % 600 === 0) slow.say({ type: 'ping', nonce: 0 });
    }
    expect(counters.get('ticks_skipped')).toBeGreaterThanOrEqual(200);
    // The system's own buffers would have taken megabytes.
    expect(bytesAtFirstSkip).toBeLessThan(2 * LIMITS.underWayBytesMax);
    await other.settle();
    expect(other.model.columns.bid[INSTRUMENTS - 1]).toBe(100_000 + ticks);
    expect(other.has('throttled')).toBe(false);

    slow.socket.resume();
    await slow.until(() => slow.has('throttled'));
    await slow.settle();
    await tick(ticks + 1);
    await slow.until(() => slow.model.columns.bid[INSTRUMENTS - 1] === 100_001 + ticks);
    for (let id = 0; id < INSTRUMENTS; id += 1) {
      expect(slow.model.columns.bid[id]).toBe(server.timeline.engine.state.columns.bid[id]);
      expect(slow.model.columns.askSize[id]).toBe(ticks + 1);
    }
    // It was spared some 200 frames of all instruments.
    expect(producedBytes - slow.bytes).toBeGreaterThan(FRAMES_BYTES);
    expect(slow.closeCode).toBeNull();
    await Promise.all([slow.hangUp(), other.hangUp()]);
  });
});
