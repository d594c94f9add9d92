import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { openWebSocket, type VenueSocket } from '../../../../../server/feeds/venue/venue-socket.ts';

const FRAMES = 12;

let server: WebSocketServer;
let socket: VenueSocket;
afterEach(() => {
  socket.close();
  server.close();
});

/** A socket to a server that sends so many frames at once. */
async function openTo(frameBytes: number, onFrame: () => void): Promise<void> {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', (peer) => {
    for (let at = 0; at < FRAMES; at += 1) peer.send('x'.repeat(frameBytes));
  });
  socket = openWebSocket(
    {
      url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
      headers: {},
      subprotocol: '',
      frameBytesMax: 1_000_000,
    },
    { onOpen() {}, onFrame, onPing() {}, onClose() {} },
  );
}

/** The turn of the loop in which each frame came, of frames that were all sent at once. */
async function turnsOf(frameBytes: number): Promise<number[]> {
  const turns: number[] = [];
  let turn = 0;
  await openTo(frameBytes, () => turns.push(turn));
  for (; turns.length < FRAMES && turn < 1_000_000; turn += 1) await nextTurn();
  return turns;
}

describe('long frames in a row', () => {
  it('are handed on one a turn of the loop, so that others are let in between', async () => {
    const turns = await turnsOf(150_000);
    expect(turns).toHaveLength(FRAMES);
    expect(new Set(turns).size).toBe(FRAMES);
  });

  it('wait with the peer while the socket is held, but for what was read already', async () => {
    const came: number[] = [];
    await openTo(150_000, () => {
      came.push(came.length);
      if (came.length === 1) socket.hold!(true);
    });
    while (came.length === 0) await nextTurn();
    for (let turn = 0; turn < 500; turn += 1) await nextTurn();
    expect(came.length).toBeLessThan(FRAMES / 2);
    socket.hold!(false);
    while (came.length < FRAMES) await nextTurn();
  });

  it('that are short come as they are read', async () => {
    expect(await turnsOf(100)).toHaveLength(FRAMES);
  });
});
