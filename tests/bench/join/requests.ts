import type { Lateness } from '../fanout/control.ts';

/** What a server is asked. */
export interface ServerRequests {
  listen: { answer: { port: number; symbols: string[] } };
  /** Entries that it has encoded for snapshots so far. */
  encodes: { answer: { entries: number } };
}

/** How clients and server talk: our protocol, or a list of symbols as JSON that is answered with their rows. */
export type ClientForm = 'tickwire' | 'json';

/** From the beginning of a joiner's connection, and from its subscription, to its whole snapshot, ms. */
export interface Waits {
  readonly connectMs: number[];
  readonly subscribeMs: number[];
}

/** What the clients' process is asked. */
export interface ClientRequests {
  /** Clients who come first and stay, and watch ten times a second. */
  settleIn: {
    form: ClientForm;
    port: number;
    symbols: string[];
    watched: number;
    viewers: number;
    answer: Record<string, never>;
  };
  /** Puts down what the next joiners will say: making it takes time in which others would seem to be late. */
  prepare: { joiners: number; answer: Record<string, never> };
  /** Those come, evenly spread over a time. Answered when the last one has its snapshot. */
  join: { spreadMs: number; answer: Waits };
  /** Looks into the snapshots of those who came last. */
  inspect: {
    answer: {
      /** Different states of instruments in them. */
      states: number;
    };
  };
  /** Of what came so far nobody will ask. */
  forget: { answer: Record<string, never> };
  /** How late the frames came of those who were there first, since this was asked last. */
  lateness: { answer: Lateness };
}

/** Rate of those who are there, and of those who come, Hz. */
export const VIEWER_HZ = 10;
export const JOINER_HZ = 1;
