import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackClient } from '../support/loopback-client.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { trade } from '../support/test-timeline.ts';

let server: TestServer;
let witness: LoopbackClient;
beforeAll(async () => {
  server = await startTestServer(['A']);
  witness = await LoopbackClient.open(server.socketUrl);
  await witness.subscribe(1, 'quote', ['*'], { maxRateHz: 60 });
});
afterAll(() => server.app.close());

/** Whoever else is connected goes on being served. */
afterEach(async () => {
  const price = (server.timeline.engine.state.columns.last[0] || 0) + 1;
  server.feed.sink.onEvent(trade(0, server.clock.nowUs(), price, 1));
  server.clock.advance(50);
  await witness.until(() => witness.model.columns.last[0] === price);
  witness.say({ type: 'ping', nonce: 1 });
  expect(witness.closeCode).toBeNull();
});

/** A socket that speaks WebSocket up to the handshake and then says bytes. */
async function rawPeer(): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    [
      'GET /ws HTTP/1.1',
      `Host: 127.0.0.1:${server.port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol: tickwire.v1',
      '',
      '',
    ].join('\r\n'),
  );
  const [head] = await once<Buffer>(socket, 'data');
  expect(String(head)).toMatch(/^HTTP\/1\.1 101 /);
  return socket;
}

const once = <Value>(socket: Socket, event: string): Promise<Value[]> =>
  new Promise((resolve) => socket.once(event, (...values: Value[]) => resolve(values)));

/** The close code that the server answers to these bytes. */
async function closeCodeFor(bytes: number[]): Promise<number> {
  const socket = await rawPeer();
  const heard: Buffer[] = [];
  socket.on('data', (data: Buffer) => heard.push(data));
  socket.write(Uint8Array.from(bytes));
  await once(socket, 'close');
  const frame = Buffer.concat(heard);
  const at = frame.lastIndexOf(0x88);
  return frame.readUInt16BE(at + 2);
}

const masked = (head: number, payload: number[]): number[] => [
  head,
  0x80 | payload.length,
  0,
  0,
  0,
  0,
  ...payload,
];

describe('bytes that break the framing', () => {
  it.each<[string, number[], number]>([
    ['a frame without a mask', [0x82, 0x01, 0xc0], 1002],
    ['a reserved bit', masked(0xc2, [0xc0]), 1002],
    ['an unknown opcode', masked(0x83, [0xc0]), 1002],
    ['a ping in fragments', masked(0x09, []), 1002],
    ['a continuation of nothing', masked(0x80, [0xc0]), 1002],
    ['text that is not UTF-8', masked(0x81, [0xff, 0xfe]), 1007],
  ])('%s: it closes with a code', async (_, bytes, code) => {
    expect(await closeCodeFor(bytes)).toBe(code);
  });

  it('[SEC10] a frame that announces 2^40 bytes: it closes at once', async () => {
    expect(await closeCodeFor([0x82, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])).toBe(1009);
  });
});

describe('peers that misbehave', () => {
  it('[SEC9] hundreds that say random things and hang up', async () => {
    const random = new SeededRandom(11);
    for (let peer = 0; peer < 60; peer += 1) {
      const client = await LoopbackClient.open(server.socketUrl, { silent: true });
      for (let frame = 0; frame < 10; frame += 1) client.socket.send(random.bytes(random.below(2_000)));
      if (random.chance(0.5)) client.socket.terminate();
      await client.until(() => client.closeCode !== null);
      expect([1006, 4400]).toContain(client.closeCode);
    }
    await expect.poll(() => server.app.sessions.size).toBe(1);
  });

  it('one that hangs up in the midst of a handshake, a frame, and its own hello', async () => {
    const early = connect(server.port, '127.0.0.1');
    early.on('error', () => {});
    early.resume();
    early.end('GET /ws HTTP/1.1\r\nHost: x\r\nUpg');
    await once(early, 'close');
    const inFrame = await rawPeer();
    inFrame.write(Uint8Array.of(0x82, 0xfe, 0xff));
    inFrame.resetAndDestroy();
    await once(inFrame, 'close');
    const client = await LoopbackClient.open(server.socketUrl, { silent: true });
    client.say({ type: 'hello', version: 1, client: 'x' });
    client.socket.terminate();
    await client.until(() => client.closeCode !== null);
  });

  it('[SEC5] one that opens and says nothing is closed after ten seconds', async () => {
    const client = await LoopbackClient.open(server.socketUrl, { silent: true });
    server.clock.advance(9_000);
    witness.say({ type: 'ping', nonce: 1 });
    await witness.settle();
    server.clock.advance(2_500);
    await client.until(() => client.closeCode !== null);
    expect(client.closeCode).toBe(4408);
    expect(client.model.messages).toMatchObject([{ type: 'goodbye', code: 4408 }]);
  });

  it('[ER2] one that asks for the impossible again and again', async () => {
    const client = await LoopbackClient.open(server.socketUrl);
    for (let count = 0; count < 25; count += 1) client.say({ type: 'unsubscribe', subscription: count });
    await client.until(() => client.closeCode !== null);
    expect(client.closeCode).toBe(4429);
    expect(client.model.messages.filter((message) => message.type === 'error')).toHaveLength(20);
  });
});
