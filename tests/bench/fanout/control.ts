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
}

/** What a server is asked. `open` lets the source run, `drain` stops it and reads the clocks when nothing is queued any more. */
export interface ServerRequests {
  listen: { answer: { port: number } };
  open: { answer: Usage };
  drain: { answer: Usage };
}

/** What the load generator is asked. `settle` answers when nothing has come for a while. */
export interface LoadRequests {
  connect: {
    group: string;
    port: number;
    clients: number;
    form: LoadForm;
    rateHz: number;
    answer: Record<string, never>;
  };
  settle: { group: string; answer: Delivered };
}

/** How the frames of a server are read: our protocol, one JSON object a message, or a JSON array of them. */
export type LoadForm = 'tickwire' | 'object' | 'array';

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
}

/** Answers the parent's requests; the process ends when the parent is gone. */
export function answerRequests<R>(handlers: Handlers<R>): void {
  const byName = handlers as unknown as Record<string, (body: object) => Promise<object>>;
  process.on('message', ({ number, name, body }: Envelope) => {
    void byName[name]!(body).then((answer) =>
      process.send!({ number, name, body: answer } satisfies Envelope),
    );
  });
  process.on('disconnect', () => process.exit(0));
}

export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuUs: user + system };
}
