import type { ListKind } from './watch-lists.ts';

/** Messages between the benchmark and the processes that it starts. Every request has one answer, which carries its number. */

export interface Usage {
  /** CPU time of the process so far, all threads, us. */
  readonly cpuUs: number;
}

export interface Delivered {
  /** Frames with market data. */
  readonly frames: number;
  /** Bytes of those frames, WebSocket headers included. */
  readonly bytes: number;
  /** Updates in those frames, estimated from the frames that were opened. */
  readonly updates: number;
  /** Sizes of some of the frames that were opened, in order, WebSocket headers included, bytes. */
  readonly frameBytes: readonly number[];
  /** Connections that the server has closed so far. */
  readonly lost: number;
  /** CPU time of whatever reads the sockets so far, us. */
  readonly loadCpuUs: number;
}

/** How late frames came, from the grid point of their tick to the client's socket, ms. */
export interface Lateness {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** The market that every server plays. */
export interface MarketSize {
  readonly symbols: number;
  readonly eventsPerSecond: number;
  readonly lapS: number;
}

/** What a server is asked. `open` lets the source run, `drain` stops it and reads the clocks when nothing is queued any more. */
export interface ServerRequests {
  listen: { answer: { port: number } };
  open: { answer: Usage };
  drain: { answer: Usage };
}

/** What the process that publishes to a broker is asked. */
export interface PublisherRequests {
  connect: { port: number; answer: Record<string, never> };
  /** Sizes of ready frames to publish, used in turn; empty = each update as JSON on its instrument's topic. */
  open: { frameBytes: readonly number[]; answer: Record<string, never> };
  drain: { answer: Record<string, never> };
}

/** What the load generator is asked. `settle` answers when nothing has come for a while, or after some seconds. */
export interface LoadRequests {
  connect: {
    group: string;
    port: number;
    clients: number;
    /** Clients that came before in other groups: each client of a server has a list of its own, when lists are distinct. */
    clientsBefore: number;
    form: LoadForm;
    symbols: readonly string[];
    lists: ListKind;
    /** Instruments that each client watches. */
    watched: number;
    /** Used in turn. */
    ratesHz: readonly number[];
    /** Of so many clients, one has its frames opened. */
    sampledEvery: number;
    answer: Record<string, never>;
  };
  settle: { group: string; answer: Delivered };
  /** Of the frames since the last call that were opened. Only for our protocol at one rate. */
  lateness: { group: string; rateHz: number; answer: Lateness };
}

/**
 * How clients of a server talk and read: our protocol, one JSON object a message, a JSON array of them, Socket.IO, MQTT with an update
 * a message or a frame a tick, or bytes that mean nothing.
 */
export type LoadForm =
  'tickwire' | 'object' | 'array' | 'socket.io' | 'mqtt-topics' | 'mqtt-frames' | 'opaque';

export type RequestBody<R, Name extends keyof R> = Omit<R[Name], 'answer'>;
export type AnswerBody<R, Name extends keyof R> = R[Name] extends { answer: infer Answer } ? Answer : never;

/** One handler a request, in the process that answers. */
export type Handlers<R> = {
  [Name in keyof R]: (request: RequestBody<R, Name>) => Promise<AnswerBody<R, Name>>;
};

/** A request or an answer on its way between the processes. */
export interface Envelope {
  readonly number: number;
  readonly name: string;
  readonly body: object;
  /** Why there is no answer. */
  readonly failed?: string;
}

/** Answers the parent's requests; the process ends when the parent is gone. */
export function answerRequests<R>(handlers: Handlers<R>): void {
  const byName = handlers as unknown as Record<string, (body: object) => Promise<object>>;
  const send = (envelope: Envelope): boolean => process.send!(envelope);
  process.on('message', ({ number, name, body }: Envelope) => {
    byName[name]!(body).then(
      (answer) => send({ number, name, body: answer }),
      (error: Error) => send({ number, name, body: {}, failed: error.message }),
    );
  });
  process.on('disconnect', () => process.exit(0));
}

export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuUs: user + system };
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
