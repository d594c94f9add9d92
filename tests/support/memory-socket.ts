import {
  decodeServerFrame,
  encodeClientMessage,
  type ClientMessage,
  type Encoding,
  type Frame,
  type ServerMessage,
} from '#protocol';
import type { PeerSocket } from '../../server/sessions/peer-socket.ts';
import { messagesIn } from './ready-messages.ts';

/**
 * A socket without a network: what is sent to it lies in a queue until the test delivers it, and what was never delivered is lost
 * with the connection. Invariant: frames are delivered once and in order.
 */
export class MemorySocket implements PeerSocket {
  readonly encoding: Encoding;
  /** What the session believes to be unsent, bytes. The test's to set. */
  queuedBytes = 0;
  isAhead = false;
  /** Bytes that each frame adds to `queuedBytes`, as with a peer that never reads. 0 = none. */
  addsToQueue = false;
  closed: { code: number; reason: string } | null = null;
  isTerminated = false;
  isPaused = false;
  /** The very bytes that were handed over last. */
  newest: Uint8Array | null = null;
  readonly address = '127.0.0.1';
  /** Frames handed over so far, delivered or not. */
  sent = 0;
  bytesSent = 0;
  /** The same with WebSocket headers, binary encoding only. */
  wireBytes = 0;
  /** Called for each write, as a network that takes its time. */
  onReady = (): void => {};
  #queue: Frame[] = [];

  constructor(encoding: Encoding = 'binary') {
    this.encoding = encoding;
  }

  sendReady(bytes: Uint8Array): void {
    this.newest = bytes;
    this.wireBytes += bytes.length;
    this.onReady();
    for (const message of messagesIn(bytes)) this.#send(message);
  }

  sendText(text: string): void {
    this.#send(text);
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  #send(frame: Frame): void {
    this.sent += 1;
    this.bytesSent += frame.length;
    if (this.addsToQueue) this.queuedBytes += frame.length;
    this.#queue.push(frame);
  }

  close(code: number, reason: string): void {
    this.closed ??= { code, reason };
  }

  terminate(): void {
    this.isTerminated = true;
  }

  /** Takes the oldest frames out of the queue: all of them, or at most `count`. */
  take(count = Number.POSITIVE_INFINITY): Frame[] {
    return this.#queue.splice(0, count);
  }

  /** The same, as control messages only; data frames are dropped. */
  messages(): ServerMessage[] {
    return this.take().flatMap((frame) => {
      const decoded = decodeServerFrame(frame);
      return 'message' in decoded ? [decoded.message] : [];
    });
  }
}

/** A client message in the encoding of a socket. Also takes what no client should send. */
export function encoded(
  message: ClientMessage | Record<string, unknown>,
  encoding: Encoding = 'binary',
): Frame {
  return encodeClientMessage(message as ClientMessage, encoding);
}
