import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { AnswerBody, Envelope, RequestBody } from './control.ts';

/** Longest time that a request may take before the benchmark gives up, ms. */
const ANSWER_DEADLINE_MS = 60_000;

/** Whether processes can be given a core of their own: Linux with util-linux, and two cores. */
export function canPin(): boolean {
  return (
    availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true'], { stdio: 'ignore' }).status === 0
  );
}

/** A command on a core of its own; null = wherever the system puts it. */
export function pinnedCommand(core: number | null, command: readonly string[]): [string, string[]] {
  const [program, ...args] = core === null ? command : ['taskset', '-c', String(core), ...command];
  return [program!, args];
}

/** Ends a process and waits until it is gone. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** A child process on a core of its own that answers requests of the kind `R`. */
export class PinnedProcess<R> {
  readonly #child: ChildProcess;
  readonly #name: string;
  #failed: Error | null = null;
  #requests = 0;

  constructor(file: string, args: readonly string[], core: number | null, nodeFlags: readonly string[] = []) {
    const script = fileURLToPath(new URL(file, import.meta.url));
    const [program, rest] = pinnedCommand(core, [process.execPath, ...nodeFlags, script, ...args]);
    this.#name = [file, ...args].join(' ');
    this.#child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    // Each request that waits listens for its answer.
    this.#child.setMaxListeners(0);
    this.#child.on('error', (error) => {
      this.#failed = error;
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Rejects when the process ends, fails at it or does not answer in time. */
  async ask<Name extends keyof R & string>(
    name: Name,
    request: RequestBody<R, Name>,
  ): Promise<AnswerBody<R, Name>> {
    const child = this.#child;
    const number = (this.#requests += 1);
    if (this.#failed !== null) throw this.#failed;
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(deadline);
        child.off('message', onMessage);
        child.off('exit', onExit);
      };
      const fail = (sentence: string): void => {
        settle();
        reject(new Error(`${this.#name} ${sentence} ${name}.`));
      };
      const onExit = (): void => fail('ended before it answered');
      const onMessage = (message: Envelope): void => {
        if (message.number !== number) return;
        if (message.failed !== undefined) return fail(`said "${message.failed}" when it was asked to`);
        settle();
        resolve(message.body as never);
      };
      const deadline = setTimeout(() => fail('took too long to answer'), ANSWER_DEADLINE_MS);
      child.on('message', onMessage);
      child.on('exit', onExit);
      child.send({ number, name, body: request } satisfies Envelope);
    });
  }

  /** Ends the process and waits until it is gone. */
  end(): Promise<void> {
    return endProcess(this.#child);
  }
}
