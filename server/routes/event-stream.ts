import type { FastifyReply } from 'fastify';
import type { Cancel, Clock } from '../engine/ports.ts';

/** A comment so often keeps proxies from cutting a quiet stream, and finds browsers that are gone, ms. */
const HEARTBEAT_MS = 15_000;

export interface EventStreamOptions {
  readonly clock: Clock;
  /** What its reader may leave unread before it is cut. */
  readonly unreadBytesMax: number;
  readonly onClosed: () => void;
}

/** Server-Sent Events to one browser. Not what they say. Invariant: whatever `until` was given ends with the stream, once. */
export class EventStream {
  readonly #reply: FastifyReply;
  readonly #unreadBytesMax: number;
  readonly #undo: Cancel[];

  constructor(reply: FastifyReply, { clock, unreadBytesMax, onClosed }: EventStreamOptions) {
    this.#reply = reply;
    this.#unreadBytesMax = unreadBytesMax;
    this.#undo = [clock.every(HEARTBEAT_MS, () => this.write(':\n\n'))];
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    raw.on('error', () => {});
    raw.on('close', () => {
      for (const cancel of this.#undo.splice(0)) cancel();
      onClosed();
    });
  }

  get isClosed(): boolean {
    return this.#undo.length === 0;
  }

  /** Runs when the stream is over. */
  until(cancel: Cancel): void {
    this.#undo.push(cancel);
  }

  /** Whole events, each with the empty line behind it. A reader that leaves too much unread is cut. */
  write(text: string): void {
    const { raw } = this.#reply;
    if (raw.destroyed || raw.writableEnded) return;
    raw.write(text);
    if (raw.writableLength > this.#unreadBytesMax) raw.destroy();
  }

  close(): void {
    this.#reply.raw.end();
  }
}
