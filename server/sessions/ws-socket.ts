import type { WebSocket } from 'ws';
import { SUBPROTOCOL_JSON, type Encoding, type Frame } from '#protocol';
import type { PeerSocket } from './peer-socket.ts';

/** How long a peer has to answer our close frame before the connection is cut, ms. */
const CLOSE_TIMEOUT_MS = 2_000;

/** A WebSocket of the ws library as a session's socket. */
export class WsSocket implements PeerSocket {
  readonly encoding: Encoding;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.encoding = socket.protocol === SUBPROTOCOL_JSON ? 'json' : 'binary';
  }

  get queuedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(frame: Frame): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(frame, { binary: typeof frame !== 'string', compress: false });
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), CLOSE_TIMEOUT_MS).unref();
  }

  terminate(): void {
    this.#socket.terminate();
  }
}
