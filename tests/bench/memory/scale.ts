import { pause } from '../fanout/control.ts';
import { PinnedProcess } from '../fanout/pinned-process.ts';
import type { ClientRequests, ServerRequests } from './requests.ts';
import type { Way } from './ways.ts';

const SERVER_CORE = 0;
const CLIENT_CORE = 1;
/** From this rate on a connection is busy. */
export const BUSY_HZ = 10;
const SYMBOLS = 500;
/** Enough that every frame has something to say, and no more: what is weighed are connections. */
const EVENTS_PER_SECOND = 3_000;
/** Connections that watch nothing are weighed while the market is as good as still. */
const STILL_EVENTS_PER_SECOND = 1;
/** What connecting leaves behind is done with by then, ms. */
const SETTLE_MS = 2_000;

export interface Load {
  readonly before: number;
  readonly clients: number;
  /** Symbols that each client watches; 0 = none. */
  readonly watched: number;
  readonly rateHz: number;
  readonly servedS: number;
}

/** What connections added to a server, each; and the whole of it. */
export interface Weighed {
  readonly heldBytes: number;
  readonly residentBytes: number;
  /** Resident set of the whole process, before a collection. */
  readonly processBytes: number;
  /** CPU time that a connection takes in a second, us. */
  readonly cpuUsPerS: number;
}

/** Few connections may weigh less than what else changes in a process: no more than this is said of them then. */
const atLeast = (value: number): number => Math.max(value, 1);

/** Weighs servers before and after their clients come. Servers and clients are processes of their own, one server at a time. */
export class Scale {
  readonly #pinned: boolean;
  readonly #clients: PinnedProcess<ClientRequests>;

  constructor(pinned: boolean) {
    this.#pinned = pinned;
    this.#clients = this.#process('./clients.ts', [], CLIENT_CORE);
  }

  async weighAll(ways: readonly Way[], load: Load): Promise<Map<Way, Weighed>> {
    const weighed = new Map<Way, Weighed>();
    for (const way of ways) weighed.set(way, await this.#weigh(way, load));
    return weighed;
  }

  end(): Promise<void> {
    return this.#clients.end();
  }

  async #weigh(way: Way, load: Load): Promise<Weighed> {
    const { before, watched, rateHz, servedS } = load;
    const clients = Math.min(load.clients, rateHz >= BUSY_HZ ? way.busyMax : Infinity);
    const server = this.#server(way, load);
    const connect = (count: number): Promise<unknown> =>
      this.#clients.ask('connect', { form: way.form, port, clients: count, watched, symbols, rateHz });
    const settleMs = Math.min(SETTLE_MS, servedS * 1000);
    const { port, symbols } = await server.ask('listen', {});
    try {
      await connect(before);
      await pause(settleMs);
      const lightUs = watched === 0 ? await cpuUsPerS(server, servedS) : 0;
      const light = await server.ask('weigh', {});
      await connect(clients);
      await pause(settleMs);
      const fullUs = await cpuUsPerS(server, servedS);
      const full = await server.ask('weigh', {});
      return {
        heldBytes: atLeast((full.heldBytes - light.heldBytes) / clients),
        residentBytes: atLeast((full.residentBytes - light.residentBytes) / clients),
        processBytes: full.residentBytes,
        cpuUsPerS: atLeast((fullUs - lightUs) / clients),
      };
    } finally {
      await this.#clients.ask('leave', {});
      await server.end();
    }
  }

  #server(way: Way, load: Load): PinnedProcess<ServerRequests> {
    process.env['NODE_OPTIONS'] = way.nodeFlags.join(' ');
    try {
      return this.#process(way.file, serverArguments(way, load), SERVER_CORE);
    } finally {
      delete process.env['NODE_OPTIONS'];
    }
  }

  #process<R>(file: string, args: readonly string[], core: number): PinnedProcess<R> {
    return new PinnedProcess<R>(new URL(file, import.meta.url).href, args, this.#pinned ? core : null);
  }
}

/** CPU time of the server in a second, us. */
async function cpuUsPerS(server: PinnedProcess<ServerRequests>, seconds: number): Promise<number> {
  const startedAt = performance.now();
  const start = await server.ask('usage', {});
  await pause(seconds * 1000);
  const end = await server.ask('usage', {});
  return (end.cpuUs - start.cpuUs) / ((performance.now() - startedAt) / 1000);
}

function serverArguments({ kind }: Way, { watched, rateHz }: Load): string[] {
  if (kind !== null) return [kind, String(watched), String(rateHz)];
  return [String(SYMBOLS), String(watched === 0 ? STILL_EVENTS_PER_SECOND : EVENTS_PER_SECOND)];
}
