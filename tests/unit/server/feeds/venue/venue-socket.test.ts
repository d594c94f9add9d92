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

/** The turn of the loop in which each frame came, of frames that were all sent at once. */
async function turnsOf(frameBytes: number): Promise<number[]> {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', (peer) => {
    for (let at = 0; at < FRAMES; at += 1) peer.send('x'.repeat(frameBytes));
  });
  const turns: number[] = [];
  let turn = 0;
  socket = openWebSocket(
    {
      url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
      headers: {},
      subprotocol: '',
      frameBytesMax: 1_000_000,
    },
    { onOpen() {}, onFrame: () => turns.push(turn), onPing() {}, onClose() {} },
  );
  for (; turns.length < FRAMES && turn < 1_000_000; turn += 1) await nextTurn();
  return turns;
}

describe('long frames in a row', () => {
  it('are handed on one a turn of the loop, so that others are let in between', async () => {
    const turns = await turnsOf(150_000);
    expect(turns).toHaveLength(FRAMES);
    expect(new Set(turns).size).toBe(FRAMES);
  });

  it('that are short come as they are read', async () => {
    expect(await turnsOf(100)).toHaveLength(FRAMES);
  });
});
