import type { Encoding, Frame } from '#protocol';

/** The five things that a session needs of a socket. Implemented over WebSocket, and by tests in memory. */
export interface PeerSocket {
  readonly encoding: Encoding;
  /** Bytes handed over and not yet taken by the network. */
  readonly queuedBytes: number;
  send(frame: Frame): void;
  close(code: number, reason: string): void;
  /** Cuts the connection without ceremony. */
  terminate(): void;
}
