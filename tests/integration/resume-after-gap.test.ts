import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackClient } from '../support/loopback-client.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { book, trade } from '../support/test-timeline.ts';

const SEED = 7;
const CHANNELS = ['quote', 'trade', 'book', 'bar:1s'] as const;
const SYMBOLS = ['A', 'B', 'C', 'D'];

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(SYMBOLS);
});
afterAll(() => server.app.close());

const random = new SeededRandom(SEED);

/** Some seconds of a market in which one instrument in four rests. */
async function trading(seconds: number, resting: number, present: readonly LoopbackClient[]): Promise<void> {
  for (let step = 0; step < seconds * 20; step += 1) {
    const id = random.below(SYMBOLS.length);
    const nowUs = server.clock.nowUs();
    if (id !== resting) {
      server.feed.sink.onEvent(
        trade(id, nowUs - random.below(3_000_000), 1_000 + random.below(50), random.below(9)),
      );
      server.feed.sink.onEvent(
        book(id, nowUs, random.chance(0.2), [990, random.below(5)], [1_060, random.below(5)]),
      );
    }
    server.clock.advance(50);
    if (step % 100 === 0) await Promise.all(present.map((client) => client.settle()));
  }
  await Promise.all(present.map((client) => client.settle()));
}

describe('a client that comes back after a gap', () => {
  it(`[RS2] holds what one holds that never left (seed ${SEED})`, async () => {
    const stayed = await LoopbackClient.open(server.socketUrl);
    const first = await LoopbackClient.open(server.socketUrl);
    for (const client of [stayed, first])
      for (const [number, channel] of CHANNELS.entries())
        await client.subscribe(number, channel, ['*'], { maxRateHz: 5 });
    await trading(5, 3, [stayed, first]);
    await trading(2, 2, [stayed, first]);
    await first.hangUp();
    await trading(30, 2, [stayed]);

    const { model } = first;
    model.reconnected(true);
    const again = await LoopbackClient.open(server.socketUrl, {
      model,
      resume: { epoch: model.epoch, asOf: model.asOf },
    });
    expect(model.messages.findLast((message) => message.type === 'welcome')).toMatchObject({
      resume: 'resumed',
    });
    const framesBefore = model.frames.length;
    for (const [number, channel] of CHANNELS.entries())
      await again.subscribe(number, channel, ['*'], { maxRateHz: 5, resume: true });
    // What rested all the while is not sent again.
    expect(model.frames.slice(framesBefore)[0]!.ids).not.toContain(2);
    await trading(3, 3, [stayed, again]);
    server.clock.advance(1_000);
    await Promise.all([stayed.settle(), again.settle()]);

    for (const field of ['last', 'bid', 'ask', 'high', 'low', 'volume'] as const)
      expect([...model.columns[field]]).toEqual([...stayed.model.columns[field]]);
    expect([...model.books].sort(([a], [b]) => a - b)).toEqual(
      [...stayed.model.books].sort(([a], [b]) => a - b),
    );
    for (const [id] of SYMBOLS.entries()) {
      expect([...(model.trade.rows.get(id) ?? [])]).toEqual([...(stayed.model.trade.rows.get(id) ?? [])]);
      expect(model.barsOf(1, id)).toEqual(stayed.model.barsOf(1, id));
    }
    expect(model.asOf).toBe(stayed.model.asOf);
    expect(model.messages.filter((message) => message.type === 'trades-lost')).toEqual([]);
    await Promise.all([stayed.hangUp(), again.hangUp()]);
  });

  it('[RS3] is told to drop everything when the server it knew is gone', async () => {
    const client = await LoopbackClient.open(server.socketUrl, {
      resume: { epoch: 'of another server', asOf: 77 },
    });
    expect(client.model.messages[0]).toMatchObject({ type: 'welcome', resume: 'reset' });
    await client.subscribe(1, 'quote', ['*'], { resume: true });
    expect(client.model.frames[0]!.ids).toEqual([0, 1, 2, 3]);
    await client.hangUp();
  });
});
