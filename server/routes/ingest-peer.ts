import { Packr } from 'msgpackr';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { CLOSE_CODES, LIMITS, type CloseName } from '#protocol';
import type { Cancel, Clock } from '../engine/ports.ts';
import type { IngestFeed } from '../feeds/ingest/ingest-feed.ts';
import {
  BATCH_ROWS_MAX,
  readJsonBatch,
  readMessagePackBatch,
  type ReadBatch,
} from '../feeds/ingest/row-batch.ts';
import type { IngestAccess } from './ingest-access.ts';
import { INGEST_RATES, type IngestBudget } from './ingest-budget.ts';

/** A greeting is a token and some words. */
const GREETING_BYTES_MAX = 1_024;
/** Answers that a peer does not read, bytes. */
const UNREAD_BYTES_MAX = 1_048_576;
/** How long a peer has to answer our close frame before the connection is cut, ms. */
const CLOSE_TIMEOUT_MS = 2_000;
/** WebSocket.OPEN: the class itself is not needed here. */
const OPEN = 1;

const greeting = z.strictObject({ type: z.literal('hello'), token: z.string().max(512) });
const packr = new Packr({ useRecords: false, variableMapSize: true });

interface GivenFrame {
  readonly bytes: Buffer;
  readonly isBinary: boolean;
}

export interface IngestPeerParts {
  readonly socket: WebSocket;
  readonly feed: IngestFeed;
  readonly access: IngestAccess;
  readonly budget: IngestBudget;
  readonly clock: Clock;
  readonly address: string;
  /** Whether the handshake carried the token. */
  readonly isKnown: boolean;
  readonly onGreeted: () => void;
  readonly onClosed: () => void;
}

/**
 * One program that pushes over a WebSocket: each frame is a batch and gets one answer, in the form that it came in. While a batch is at
 * work nothing more is read, so that TCP holds back a sender that is too fast.
 *
 * Invariant: frames are answered in their order, one at a time, and no row is looked at before the token was right.
 */
export class IngestPeer {
  readonly #parts: IngestPeerParts;
  readonly #timers: Cancel[];
  /** What was read before the socket could be paused: at most one piece of the network's, some 64 KB. */
  readonly #waiting: GivenFrame[] = [];
  #pause: Cancel | null = null;
  #isKnown: boolean;
  #isWorking = false;
  #isClosed = false;
  #batch = 0;
  #refusals = 0;
  #seenUs: number;

  constructor(parts: IngestPeerParts) {
    this.#parts = parts;
    this.#isKnown = parts.isKnown;
    const { socket, clock } = parts;
    this.#seenUs = clock.nowUs();
    this.#timers = [clock.every(LIMITS.heartbeatMs, () => this.#beat())];
    if (!this.#isKnown) {
      const tooLate = (): void => {
        if (!this.#isKnown) this.close('helloDeadline');
      };
      this.#timers.push(clock.after(LIMITS.helloDeadlineMs, tooLate));
    }
    socket.on('message', (bytes: Buffer, isBinary: boolean) => this.#onFrame({ bytes, isBinary }));
    socket.on('pong', () => (this.#seenUs = clock.nowUs()));
    // A frame that breaks the protocol or is too large: the library closes with the right code by itself.
    socket.on('error', () => {});
    socket.on('close', () => this.#onClosed());
    if (this.#isKnown) this.#sendReady(false);
  }

  close(name: CloseName): void {
    if (this.#isClosed) return;
    const { socket } = this.#parts;
    const { code, sentence } = CLOSE_CODES[name];
    this.#waiting.length = 0;
    socket.resume();
    socket.close(code, sentence);
    setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS).unref();
    this.#onClosed();
  }

  #onClosed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#waiting.length = 0;
    for (const cancel of this.#timers) cancel();
    this.#pause?.();
    this.#parts.onClosed();
  }

  #onFrame(frame: GivenFrame): void {
    if (this.#isClosed) return;
    this.#seenUs = this.#parts.clock.nowUs();
    if (!this.#isKnown) return this.#greet(frame);
    this.#waiting.push(frame);
    if (!this.#isWorking) void this.#work();
  }

  #greet({ bytes, isBinary }: GivenFrame): void {
    const { access, address, clock, onGreeted } = this.#parts;
    const token = bytes.length > GREETING_BYTES_MAX ? null : tokenOf(bytes, isBinary);
    if (token === null || access.refuseToken(token, address, clock.nowUs()) !== null)
      return this.close('unauthorized');
    this.#isKnown = true;
    onGreeted();
    return this.#sendReady(isBinary);
  }

  async #work(): Promise<void> {
    const { socket } = this.#parts;
    this.#isWorking = true;
    socket.pause();
    for (let frame = this.#waiting.shift(); frame !== undefined; frame = this.#waiting.shift()) {
      await this.#take(frame);
      if (this.#isClosed) return;
    }
    this.#isWorking = false;
    // What the peer said meanwhile has not been read.
    this.#seenUs = this.#parts.clock.nowUs();
    socket.resume();
  }

  async #take({ bytes, isBinary }: GivenFrame): Promise<void> {
    const { budget, clock, feed } = this.#parts;
    const waitMs = budget.waitMs(clock.nowUs());
    if (waitMs > 0) await new Promise<void>((resolve) => (this.#pause = clock.after(waitMs, resolve)));
    if (this.#isClosed) return;
    this.#batch += 1;
    const batch = readFrame(bytes, isBinary);
    budget.spend(batch.ok ? batch.rows.length : 1, bytes.length, clock.nowUs());
    if (!batch.ok) {
      this.#send({ type: 'error', batch: this.#batch, message: batch.reason }, isBinary);
      this.#refusals += 1;
      if (this.#refusals >= LIMITS.refusalsMax) this.close('tooManyRefusals');
      return;
    }
    const report = await feed.take(batch.rows);
    if (report === null) this.close('shutdown');
    else this.#send({ type: 'ack', batch: this.#batch, ...report }, isBinary);
  }

  #beat(): void {
    const { socket, clock } = this.#parts;
    if (this.#isWorking) return;
    if (clock.nowUs() - this.#seenUs <= LIMITS.silenceMaxMs * 1000) return socket.ping();
    socket.terminate();
    return this.#onClosed();
  }

  #sendReady(isBinary: boolean): void {
    const { rowsPerSecond, bytesPerSecond } = INGEST_RATES;
    const frameBytesMax = LIMITS.inboundFrameBytesMax;
    this.#send(
      { type: 'ready', batchRowsMax: BATCH_ROWS_MAX, frameBytesMax, rowsPerSecond, bytesPerSecond },
      isBinary,
    );
  }

  #send(answer: object, isBinary: boolean): void {
    const { socket } = this.#parts;
    if (this.#isClosed || socket.readyState !== OPEN) return;
    if (socket.bufferedAmount > UNREAD_BYTES_MAX) return this.close('slowConsumer');
    socket.send(isBinary ? packr.pack(answer) : JSON.stringify(answer));
  }
}

function readFrame(bytes: Buffer, isBinary: boolean): ReadBatch {
  return isBinary ? readMessagePackBatch(bytes) : readJsonBatch(bytes.toString('utf8'));
}

/** Null for a frame that is no greeting. */
function tokenOf(bytes: Buffer, isBinary: boolean): string | null {
  const batch = readFrame(bytes, isBinary);
  const checked = greeting.safeParse(batch.ok ? batch.rows[0]?.value : null);
  return checked.success ? checked.data.token : null;
}
