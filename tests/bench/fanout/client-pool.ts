import type { Form } from './load-forms.ts';

/** A number of clients of one server. */
export interface ClientOrder {
  readonly group: number;
  readonly port: number;
  readonly clients: number;
  readonly form: Form;
  /** The address to ask for; the same for all. */
  readonly path: string;
  /** Used in turn. */
  readonly greetings: readonly Uint8Array[];
  /** Of so many clients, one has its messages handed on. */
  readonly sampledEvery: number;
}

/** What the clients of a group have been sent since they connected. */
export interface PoolCounts {
  readonly frames: number;
  readonly bytes: number;
  /** How long the last frame of market data is ago, us. */
  readonly quietUs: number;
  readonly lost: number;
  /** CPU time of the pool so far, us. */
  readonly cpuUs: number;
}

/** A message of a sampled client. */
export type OnSample = (group: number, client: number, arrivalUs: number, payload: Uint8Array) => void;

/** WebSocket clients of several servers that count what they get: in C where that can be compiled, else in Node. */
export interface ClientPool {
  /** Resolves when all have been let in and have said their greeting. */
  connect(order: ClientOrder): Promise<void>;
  counts(group: number): Promise<PoolCounts>;
}
