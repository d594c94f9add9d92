import { NODE_FLAGS } from '../../../server/launch/node-flags.mjs';
import type { MarketSize, ServerRequests, Usage } from './control.ts';
import { PinnedProcess } from './pinned-process.ts';
import { marketArguments } from './server-arguments.ts';

/** A server whose cost is measured, whatever it is written in. */
export interface TestedServer {
  /** Process whose instructions can be counted. */
  readonly pid: number;
  /** Starts it and returns the port for WebSockets. */
  listen(): Promise<number>;
  /** Lets its source run. @param frameBytes sizes of frames for servers that only imitate ours */
  open(frameBytes: readonly number[]): Promise<Usage>;
  /** Stops the source; answers when nothing is queued any more. */
  drain(): Promise<Usage>;
  end(): Promise<void>;
}

/** A server in TypeScript: ours, or one written the plain way. */
export class NodeServer implements TestedServer {
  readonly #process: PinnedProcess<ServerRequests>;

  constructor(file: string, market: MarketSize, args: readonly string[], core: number | null) {
    // Ours as its users start it; flags for the others would be a guess.
    const flags = file === './tickwire-server.ts' ? NODE_FLAGS : [];
    this.#process = new PinnedProcess(file, [...marketArguments(market), ...args], core, flags);
  }

  get pid(): number {
    return this.#process.pid;
  }

  async listen(): Promise<number> {
    return (await this.#process.ask('listen', {})).port;
  }

  open(): Promise<Usage> {
    return this.#process.ask('open', {});
  }

  drain(): Promise<Usage> {
    return this.#process.ask('drain', {});
  }

  end(): Promise<void> {
    return this.#process.end();
  }
}
