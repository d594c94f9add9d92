import { WebSocket } from 'ws';
import type { RawFrame } from './ports.ts';

export interface SocketTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty = none is asked for. */
  readonly subprotocol: string;
  readonly frameBytesMax: number;
}

/** What a socket tells. Nothing follows `onClose`. */
export interface SocketEvents {
  onOpen(): void;
  onFrame(frame: RawFrame): void;
  /** The peer's own ping; it was answered already. */
  onPing(): void;
  /** @param reason one clause for people: `1006 without a reason` */
  onClose(reason: string): void;
}

/** One WebSocket as a venue's link uses it. */
export interface VenueSocket {
  /** Does nothing when the socket is not open. */
  send(frame: RawFrame): void;
  /** Keeps back what the peer sends, and lets it in again; what was read already may still come. Absent where that cannot be done. */
  hold?(isHeld: boolean): void;
  /** Ends it at once and frees it. Nothing is told afterwards. */
  close(): void;
}

export type OpenSocket = (target: SocketTarget, events: SocketEvents) => VenueSocket;

/**
 * After a frame of so many bytes others are let in before the next is read. One read of the system's may hold two megabytes, and a book of
 * one takes 20 to 40 ms of a core: several snapshots in a row would keep viewers waiting for all of them together.
 */
const LONG_FRAME_BYTES = 131_072;

/** Opens a real WebSocket. Pings are answered by the library. */
export const openWebSocket: OpenSocket = (target, events) => {
  const socket = new WebSocket(target.url, target.subprotocol === '' ? [] : [target.subprotocol], {
    headers: { ...target.headers },
    maxPayload: target.frameBytesMax,
    perMessageDeflate: false,
  });
  let isOver = false;
  let failure = '';
  let isHeld = false;
  /** Since a long frame others are let in. */
  let isResting = false;
  const read = (): void => {
    if (isHeld || isResting) socket.pause();
    else socket.resume();
  };
  socket.on('open', () => {
    if (!isOver) events.onOpen();
  });
  socket.on('message', (data, isBinary) => {
    // A socket that was closed may still hand out what it had read.
    if (isOver) return;
    const bytes = data as Buffer;
    events.onFrame(isBinary ? bytes : bytes.toString('utf8'));
    if (bytes.length < LONG_FRAME_BYTES || isResting || socket.readyState !== WebSocket.OPEN) return;
    isResting = true;
    read();
    setImmediate(() => {
      isResting = false;
      read();
    });
  });
  socket.on('ping', () => {
    if (!isOver) events.onPing();
  });
  socket.on('error', (error) => {
    failure = error.message;
  });
  socket.on('close', (code, reason) => {
    if (isOver) return;
    isOver = true;
    events.onClose(failure === '' ? `closed with ${code}${detail(reason)}` : failure);
  });
  return {
    send(frame) {
      if (socket.readyState === WebSocket.OPEN) socket.send(frame);
    },
    hold(isNow) {
      if (isNow === isHeld) return;
      isHeld = isNow;
      read();
    },
    close() {
      if (isOver) return;
      isOver = true;
      // The close frame is on its way before the socket ends; waiting for the answer would take up to 30 s.
      if (socket.readyState === WebSocket.OPEN) socket.close(1000);
      socket.terminate();
    },
  };
};

function detail(reason: Buffer): string {
  const text = reason.toString('utf8').slice(0, 120);
  return text === '' ? '' : ` (${text})`;
}
