import type { Lateness } from '../fanout/control.ts';

/** What the server is asked. */
export interface ServerRequests {
  listen: { answer: { port: number; symbols: string[] } };
  /** What waits now. */
  backlog: {
    answer: {
      connections: number;
      /** Connections whose queue is full. */
      blocked: number;
      /** Highest rate that is served now, Hz. */
      ceilingHz: number;
      /** Bytes that the network has not taken, of all connections. */
      heldBytes: number;
    };
  };
}

/** What the clients' process is asked. */
export interface ClientRequests {
  /** Viewers who read, and whose frames' times are noted. */
  settleIn: {
    port: number;
    symbols: string[];
    watched: number;
    viewers: number;
    answer: Record<string, never>;
  };
  /** Clients who ask for everything as fast as it goes and read nothing. Answered when all are connected. */
  clog: { count: number; answer: Record<string, never> };
  /** Those go. */
  unclog: { answer: Record<string, never> };
  /** Of what came so far nobody will ask. */
  forget: { answer: Record<string, never> };
  /** How late the viewers' frames came since this was asked last. */
  lateness: { answer: Lateness };
}

/** Rate of those who read, and of those who do not, Hz. */
export const VIEWER_HZ = 10;
export const CLOGGED_HZ = 60;
