import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { describe, expect, it } from 'vitest';
import { LIMITS, SUBPROTOCOL_BINARY } from '#protocol';
import { WsSocket } from '../../../../server/sessions/ws-socket.ts';
import { DrippingTcp } from '../../../support/dripping-tcp.ts';

const WINDOW_BYTES = LIMITS.underWayBytesMax;

/** The library's socket, as far as it is asked for anything here. */
class Library extends EventEmitter {
  readonly readyState = 1;
  readonly protocol = SUBPROTOCOL_BINARY;
  readonly pings: Buffer[] = [];

  ping(payload: Buffer): void {
    this.pings.push(payload);
  }

  send(): void {}

  /** The pong for the oldest ping that has none. */
  answer(): void {
    this.emit('pong', this.pings.shift());
  }
}

/** A network that takes all that it is given. */
function openSocket(): { socket: WsSocket; library: Library } {
  const library = new Library();
  const tcp = new DrippingTcp(Number.POSITIVE_INFINITY, () => {});
  return {
    socket: new WsSocket(library as unknown as WebSocket, tcp as unknown as Socket),
    library,
  };
}

describe('[LI6] what is under way to a client', () => {
  it('is asked for once a quarter of the window, and is too much when the client has taken none of the whole', () => {
    const { socket, library } = openSocket();
    socket.sendReady(Buffer.alloc(WINDOW_BYTES / 4 - 1), null);
    expect(library.pings).toHaveLength(0);
    socket.sendReady(Buffer.alloc(1), null);
    expect(library.pings).toHaveLength(1);
    socket.sendReady(Buffer.alloc((WINDOW_BYTES / 4) * 3), null);
    expect(library.pings).toHaveLength(1);
    expect(socket.isAhead).toBe(false);
    socket.sendReady(Buffer.alloc(1), null);
    expect(socket.isAhead).toBe(true);
    expect(socket.queuedBytes).toBe(0);
  });

  it('is what was sent after the ping that the client answered', () => {
    const { socket, library } = openSocket();
    socket.sendReady(Buffer.alloc(WINDOW_BYTES / 2), null);
    socket.sendReady(Buffer.alloc(WINDOW_BYTES), null);
    library.answer();
    // The rest is still the window, and asked for at once.
    expect(socket.isAhead).toBe(false);
    expect(library.pings).toHaveLength(1);
    socket.sendReady(Buffer.alloc(1), null);
    expect(socket.isAhead).toBe(true);
    library.answer();
    expect(socket.isAhead).toBe(false);
    expect(library.pings).toHaveLength(0);
  });

  it('is not answered by a pong that nobody asked for', () => {
    const { socket, library } = openSocket();
    socket.sendReady(Buffer.alloc(WINDOW_BYTES + 1), null);
    library.emit('pong', Buffer.alloc(0));
    expect(socket.isAhead).toBe(true);
    library.answer();
    expect(socket.isAhead).toBe(false);
    library.emit('pong', Buffer.from('taken?'));
    socket.sendReady(Buffer.alloc(WINDOW_BYTES + 1), null);
    expect(socket.isAhead).toBe(true);
  });

  it('counts text as well', () => {
    const { socket, library } = openSocket();
    socket.sendText('x'.repeat(WINDOW_BYTES + 1));
    expect(socket.isAhead).toBe(true);
    library.answer();
    expect(socket.isAhead).toBe(false);
  });
});
