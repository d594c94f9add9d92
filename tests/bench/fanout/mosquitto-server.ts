import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause, type MarketSize, type PublisherRequests, type Usage } from './control.ts';
import { endProcess, pinnedCommand, PinnedProcess } from './pinned-process.ts';
import { marketArguments } from './server-arguments.ts';
import type { TestedServer } from './tested-server.ts';

/** Debian puts it where only root looks. */
const PROGRAMS = ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'];
const POLL_MS = 50;
const START_DEADLINE_MS = 5_000;
/** CPU time of a broker that has nothing to do in `POLL_MS`, us. */
const IDLE_US = 2_000;
const NS_PER_US = 1000;

/** The broker's program, or null when it is not installed or its time cannot be read. */
export function findMosquitto(): string | null {
  if (!existsSync('/proc/self/schedstat')) return null;
  // It has no flag that does nothing but succeed: `-h` prints its help and ends with 3.
  return PROGRAMS.find((program) => spawnSync(program, ['-h'], { stdio: 'ignore' }).status === 3) ?? null;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const answer = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.on('connect', () => answer(true)).on('error', () => answer(false));
  });
}

export interface MosquittoOptions {
  readonly program: string;
  readonly market: MarketSize;
  /** An update a message on its instrument's topic, or ready frames of our sizes on one topic for all. */
  readonly publishes: 'updates' | 'frames';
  readonly core: number | null;
  readonly publisherCore: number | null;
}

/** mosquitto with its WebSocket listener, and who publishes to it. Only the broker's time is counted. */
export class MosquittoServer implements TestedServer {
  readonly #options: MosquittoOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'tickwire-bench-mosquitto-'));
  readonly #publisher: PinnedProcess<PublisherRequests>;
  #broker: ChildProcess | null = null;

  constructor(options: MosquittoOptions) {
    this.#options = options;
    const args = marketArguments(options.market);
    this.#publisher = new PinnedProcess('./topic-publisher.ts', args, options.publisherCore);
  }

  get pid(): number {
    return this.#broker?.pid ?? 0;
  }

  async listen(): Promise<number> {
    const plainPort = await freePort();
    const socketPort = await freePort();
    const file = join(this.#folder, 'mosquitto.conf');
    writeFileSync(file, configuration(plainPort, socketPort));
    const [command, args] = pinnedCommand(this.#options.core, [this.#options.program, '-c', file]);
    this.#broker = spawn(command, args, { stdio: 'ignore' });
    const startedAt = performance.now();
    while (!(await accepts(plainPort))) {
      if (performance.now() - startedAt > START_DEADLINE_MS) throw new Error('mosquitto did not start.');
      await pause(POLL_MS);
    }
    await this.#publisher.ask('connect', { port: plainPort });
    return socketPort;
  }

  async open(frameBytes: readonly number[]): Promise<Usage> {
    const usage = this.#usage();
    await this.#publisher.ask('open', { frameBytes: this.#options.publishes === 'frames' ? frameBytes : [] });
    return usage;
  }

  async drain(): Promise<Usage> {
    await this.#publisher.ask('drain', {});
    for (;;) {
      const before = this.#usage().cpuUs;
      await pause(POLL_MS);
      const usage = this.#usage();
      if (usage.cpuUs - before < IDLE_US) return usage;
    }
  }

  async end(): Promise<void> {
    await Promise.all([this.#publisher.end(), this.#broker === null ? undefined : endProcess(this.#broker)]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Linux, Documentation/scheduler/sched-stats: the first number is the time that the process ran, ns. It has one thread. */
  #usage(): Usage {
    const [ranNs] = readFileSync(`/proc/${this.pid}/schedstat`, 'utf8').split(' ');
    return { cpuUs: Number(ranNs) / NS_PER_US };
  }
}

/** Version 2.0 does not start with WebSocket listeners alone, so that the publisher's comes first. No bound of its own: nothing may be lost. */
function configuration(plainPort: number, socketPort: number): string {
  return [
    `listener ${plainPort} 127.0.0.1`,
    `listener ${socketPort} 127.0.0.1`,
    'socket_domain ipv4',
    'protocol websockets',
    'allow_anonymous true',
    'max_queued_messages 0',
    'set_tcp_nodelay true',
    '',
  ].join('\n');
}
