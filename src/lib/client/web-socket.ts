import type { Frame } from '#protocol';

/** The connection as the client needs it: a browser's, Node's, or a test's. */
export interface ClientSocket {
  send(frame: Frame): void;
  close(code: number, reason: string): void;
}

export interface SocketEvents {
  onOpen(): void;
  onFrame(frame: Frame): void;
  /** The last event. A connection that never opened ends with it too. */
  onClose(code: number, reason: string): void;
}

export type OpenSocket = (url: string, subprotocol: string, events: SocketEvents) => ClientSocket;

/** The platform's own WebSocket; workers, pages and Node 22 and newer have it. */
export const openWebSocket: OpenSocket = (url, subprotocol, events) => {
  const socket = new WebSocket(url, [subprotocol]);
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('open', () => events.onOpen());
  socket.addEventListener('message', (event) => {
    const data: unknown = event.data;
    events.onFrame(data instanceof ArrayBuffer ? new Uint8Array(data) : String(data));
  });
  socket.addEventListener('close', (event) => events.onClose(event.code, event.reason));
  // 'error' says nothing that the 'close' after it does not; without a listener Node would print it.
  socket.addEventListener('error', () => undefined);
  return {
    send(frame) {
      if (socket.readyState !== WebSocket.OPEN) return;
      socket.send(typeof frame === 'string' ? frame : new Uint8Array(frame));
    },
    close: (code, reason) => socket.close(code, reason),
  };
};
