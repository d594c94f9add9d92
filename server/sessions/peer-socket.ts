import type { Encoding } from '#protocol';
import type { Slab } from '../engine/arena.ts';

/** What a session needs of a socket. Implemented over WebSocket, and by tests in memory. */
export interface PeerSocket {
  readonly encoding: Encoding;
  /** Where the peer is, for the operator. */
  readonly address: string;
  /** Bytes handed over and not yet taken by the network. */
  readonly queuedBytes: number;
  /** Whether more is under way than the peer may leave untaken. */
  readonly isAhead: boolean;
  /**
   * Sends bytes that are whole WebSocket messages already; others may be sent the same bytes.
   * @param slab held as long as the socket may read from the bytes; null = they are nobody else's to change
   */
  sendReady(bytes: Uint8Array, slab: Slab | null): void;
  /** Sends one text message. */
  sendText(text: string): void;
  /** Reads nothing more for now: the peer's network waits. */
  pause(): void;
  resume(): void;
  close(code: number, reason: string): void;
  /** Cuts the connection without ceremony. */
  terminate(): void;
}
