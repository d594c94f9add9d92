import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { LIMITS, SUBPROTOCOL_JSON, type Encoding } from '#protocol';
import type { Slab } from '../engine/arena.ts';
import type { PeerSocket } from './peer-socket.ts';

/** How long a peer has to answer our close frame before the connection is cut, ms. */
const CLOSE_TIMEOUT_MS = 2_000;
/** WebSocket.OPEN: the class itself is not needed here. */
const OPEN = 1;
/** Bytes under way after which the peer is asked whether it has taken them: four questions a window keep a long line full. */
const ASKED_AFTER_BYTES = LIMITS.underWayBytesMax / 4;
/** What is asked, so that a pong that some clients send by themselves is no answer. */
const QUESTION = Buffer.from('taken?');

/**
 * A WebSocket of the ws library as a session's socket. Ready frames go past the library, straight to the TCP socket below it: its
 * `send` would write a header of its own, in a second buffer, for each viewer. That is in order because nothing else is ever queued in
 * the library: it compresses nothing here, and it writes its own frames (pong, close) to the same socket at once.
 *
 * The systems of both ends buffer megabytes before a write is refused. That is late to notice one who does not read, stale by then, and
 * with a thousand of them it is the memory that everybody's connections share; so the peer is asked with ping frames how far it is.
 *
 * Invariant: memory of an arena is held from a write that the network did not take whole until it has.
 */
export class WsSocket implements PeerSocket {
  readonly encoding: Encoding;
  readonly address: string;
  readonly #socket: WebSocket;
  readonly #tcp: Socket;
  /** Memory that the TCP socket may still read from; null = none. */
  #held: Slab[] | null = null;
  #watchesClose = false;
  /** Whether the network had taken all when it was last looked at: it is asked before each frame, and mostly it has. */
  #isDrained = true;
  /** Bytes sent since what the peer is known to have taken, and how many of them the ping that waits for its pong covers; 0 = none does. */
  #underWay = 0;
  #asked = 0;
  #hearsPongs = false;

  /** @param address of the peer, where the connection is not its own */
  constructor(socket: WebSocket, tcp: Socket, address = tcp.remoteAddress) {
    this.#socket = socket;
    this.#tcp = tcp;
    this.encoding = socket.protocol === SUBPROTOCOL_JSON ? 'json' : 'binary';
    this.address = address ?? '';
  }

  get queuedBytes(): number {
    if (this.#isDrained) return 0;
    const unsent = this.#tcp.writableLength;
    if (unsent > 0) return unsent;
    this.#isDrained = true;
    this.#letGo();
    return 0;
  }

  get isAhead(): boolean {
    return this.#underWay > LIMITS.underWayBytesMax;
  }

  sendReady(bytes: Uint8Array, slab: Slab | null): void {
    if (this.#socket.readyState !== OPEN) return;
    this.#tcp.write(bytes);
    this.#isDrained = this.#tcp.writableLength === 0;
    if (this.#isDrained) this.#letGo();
    else if (slab !== null) this.#hold(slab);
    this.#underWay += bytes.length;
    if (this.#asked === 0 && this.#underWay >= ASKED_AFTER_BYTES) this.#ask();
  }

  sendText(text: string): void {
    if (this.#socket.readyState !== OPEN) return;
    this.#socket.send(text);
    this.#isDrained = false;
    // Nearly all of it is ASCII.
    this.#underWay += text.length;
    if (this.#asked === 0 && this.#underWay >= ASKED_AFTER_BYTES) this.#ask();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), CLOSE_TIMEOUT_MS).unref();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #ask(): void {
    if (!this.#hearsPongs) {
      this.#hearsPongs = true;
      this.#socket.on('pong', (payload) => this.#onPong(payload));
    }
    this.#asked = this.#underWay;
    this.#socket.ping(QUESTION);
    this.#isDrained = false;
  }

  #onPong(payload: Buffer): void {
    if (this.#asked === 0 || !QUESTION.equals(payload)) return;
    this.#underWay -= this.#asked;
    this.#asked = 0;
    if (this.#underWay >= ASKED_AFTER_BYTES) this.#ask();
  }

  #hold(slab: Slab): void {
    slab.hold();
    (this.#held ??= []).push(slab);
    if (this.#watchesClose) return;
    this.#watchesClose = true;
    this.#tcp.once('close', () => this.#letGo());
  }

  #letGo(): void {
    if (this.#held === null) return;
    for (const slab of this.#held) slab.release();
    this.#held = null;
  }
}
