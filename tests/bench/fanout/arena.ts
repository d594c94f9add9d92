import { invariant } from '#protocol';
import { pause, type Delivered, type LoadRequests } from './control.ts';
import { InstructionCount, type Instructions } from './instructions.ts';
import type { PinnedProcess } from './pinned-process.ts';
import { runDelayUs } from './run-delay.ts';
import type { TestedServer } from './tested-server.ts';
import type { TestedWay } from './tested-way.ts';

/** Of so many clients, one has its frames opened. */
const SAMPLED_EVERY = 100;
const JOIN_POLL_MS = 50;
const JOIN_DEADLINE_MS = 60_000;

/** One round of one server, after everything that it sent had arrived. */
export interface Sample extends Delivered {
  /** CPU time of the server, us. */
  readonly cpuUs: number;
  /** How long the source ran, s. */
  readonly seconds: number;
  /** Null where they cannot be counted. */
  readonly instructions: Instructions | null;
  /** For how much of the time something else had the core that the server was ready to run on, 0 to 1. */
  readonly waitShare: number;
  /** CPU time of the load generator as a share of its core, 0 to 1. */
  readonly loadShare: number;
}

export interface ArenaOptions {
  readonly way: TestedWay;
  readonly server: TestedServer;
  readonly load: PinnedProcess<LoadRequests>;
  readonly symbols: readonly string[];
  /** Instruments that each client watches. */
  readonly watched: number;
  readonly sampledEvery?: number;
  readonly countInstructions?: boolean;
}

/** A server with its clients, standing still until a round lets its source run. */
export class Arena {
  readonly way: TestedWay;
  readonly #options: ArenaOptions;
  #port = 0;
  #groups = 0;
  #clients = 0;

  constructor(options: ArenaOptions) {
    this.way = options.way;
    this.#options = options;
  }

  async listen(): Promise<void> {
    this.#port = await this.#options.server.listen();
  }

  /** Lets this many clients in, and waits until they have their snapshots. They are counted apart from those before. */
  async connect(clients: number = this.way.clients): Promise<void> {
    if (clients === 0) return;
    this.#groups += 1;
    const { load, symbols, watched, sampledEvery = SAMPLED_EVERY, way } = this.#options;
    const { form, lists, ratesHz } = way;
    const group = this.#group(this.#groups);
    await load.ask('connect', {
      group,
      port: this.#port,
      clients,
      clientsBefore: this.#clients,
      form,
      symbols,
      lists,
      watched,
      ratesHz,
      sampledEvery,
    });
    this.#clients += clients;
    const { frames } = await this.#settle();
    if (form === 'tickwire') await this.#snapshots(clients - frames);
  }

  /** Waits for those that newcomers are still owed: joins are paced. */
  async #snapshots(owed: number): Promise<void> {
    const startedAt = performance.now();
    for (let left = owed; left > 0; left -= (await this.#settle()).frames) {
      invariant(performance.now() - startedAt < JOIN_DEADLINE_MS, 'every newcomer gets its snapshot');
      await pause(JOIN_POLL_MS);
    }
  }

  /**
   * Lets the market run and stops it; the server's clock is read when it has sent the rest, and counted is what has arrived by then.
   * @param frameBytes sizes of frames for servers that only imitate ours
   */
  async run(durationMs: number, frameBytes: readonly number[]): Promise<Sample> {
    const { server, countInstructions } = this.#options;
    const { loadCpuUs } = await this.#settle();
    const counter = countInstructions === true ? new InstructionCount(server.pid) : null;
    const waitedUs = runDelayUs(server.pid) ?? 0;
    const before = await server.open(frameBytes);
    const startedAt = performance.now();
    await pause(durationMs);
    const seconds = (performance.now() - startedAt) / 1000;
    const after = await server.drain();
    const waitShare = ((runDelayUs(server.pid) ?? 0) - waitedUs) / (performance.now() - startedAt) / 1000;
    const instructions = (await counter?.stop()) ?? null;
    const delivered = await this.#settle();
    const wallUs = (performance.now() - startedAt) * 1000;
    const loadShare = (delivered.loadCpuUs - loadCpuUs) / wallUs;
    return { ...delivered, cpuUs: after.cpuUs - before.cpuUs, seconds, instructions, waitShare, loadShare };
  }

  /** Of the clients that came last. */
  async lateness(): Promise<LoadRequests['lateness']['answer']> {
    const [rateHz] = this.way.ratesHz;
    return this.#options.load.ask('lateness', { group: this.#group(this.#groups), rateHz: rateHz! });
  }

  end(): Promise<void> {
    return this.#options.server.end();
  }

  #group(number: number): string {
    return `${this.way.name} ${number}`;
  }

  /** What has come to all clients since the last call, once nothing more comes. */
  async #settle(): Promise<Delivered> {
    const frameBytes: number[] = [];
    let [frames, updates, bytes, lost, loadCpuUs] = [0, 0, 0, 0, 0];
    for (let number = 1; number <= this.#groups; number += 1) {
      const one = await this.#options.load.ask('settle', { group: this.#group(number) });
      frames += one.frames;
      updates += one.updates;
      bytes += one.bytes;
      lost += one.lost;
      loadCpuUs = one.loadCpuUs;
      frameBytes.push(...one.frameBytes);
    }
    invariant(lost === 0, `${this.way.name} keeps its clients`);
    return { frames, updates, bytes, frameBytes, lost, loadCpuUs };
  }
}
