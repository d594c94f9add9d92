import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import type { Usage } from '../fanout/control.ts';

/** What a process holds. */
export interface Weight {
  /** Heap in use, array buffers and other memory that objects own, after a collection, bytes. */
  readonly heldBytes: number;
  /** Resident set of the process, collection or not: what the machine gives for it, bytes. */
  readonly residentBytes: number;
}

/** What a server is asked. */
export interface ServerRequests {
  /** `symbols` is empty for servers that choose by themselves what their clients watch. */
  listen: { answer: { port: number; symbols: string[] } };
  weigh: { answer: Weight };
  usage: { answer: Usage };
}

/** How a client talks: our protocol, WebSocket with or without compression offered, or Socket.IO over WebSocket. */
export type ClientForm = 'tickwire' | 'ws' | 'ws-deflate' | 'socket.io';

/** What the clients' process is asked. They stay until they are told to leave, and each shows every heartbeat interval that it is alive. */
export interface ClientRequests {
  connect: {
    form: ClientForm;
    port: number;
    clients: number;
    /** Each client watches this many of the symbols, chosen at random; 0 = it is only greeted. */
    watched: number;
    symbols: string[];
    rateHz: number;
    answer: Record<string, never>;
  };
  leave: { answer: Record<string, never> };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Weighs this process. Twice, because finalizers free buffers only after the first collection. */
export async function weigh(): Promise<Weight> {
  const residentBytes = process.memoryUsage.rss();
  collectGarbage();
  await new Promise((resolve) => setTimeout(resolve, 50));
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return { heldBytes: heapUsed + external, residentBytes };
}
