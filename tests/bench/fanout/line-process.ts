import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { endProcess, pinnedCommand } from './pinned-process.ts';

interface Waiting {
  resolve(words: string[]): void;
  reject(error: Error): void;
}

/** A native child process that is spoken to in lines: each command has one line of words for an answer, in order. */
export class LineProcess {
  readonly #child: ChildProcess;
  readonly #waiting: Waiting[] = [];
  /** Lines that nobody has asked for yet. */
  readonly #early: string[][] = [];
  #ended: Error | null = null;

  /** @param onBytes takes what the process writes to file descriptor 3 */
  constructor(program: string, core: number | null, onBytes?: (chunk: Buffer) => void) {
    const [command, args] = pinnedCommand(core, [program]);
    const extra = onBytes === undefined ? 'ignore' : 'pipe';
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit', extra] });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => this.#onWords(line.split(' ')));
    if (onBytes !== undefined) (this.#child.stdio[3] as Readable).on('data', onBytes);
    const onEnd = (): void => this.#onEnd(new Error(`${program} ended.`));
    this.#child.on('error', (error) => this.#onEnd(error));
    this.#child.on('exit', onEnd);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  ask(command: string): Promise<string[]> {
    this.#child.stdin!.write(`${command}\n`);
    return this.next();
  }

  /** The next line that it says by itself. */
  next(): Promise<string[]> {
    const early = this.#early.shift();
    if (early !== undefined) return Promise.resolve(early);
    if (this.#ended !== null) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  end(): Promise<void> {
    return endProcess(this.#child);
  }

  #onWords(words: string[]): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#early.push(words);
    else waiting.resolve(words);
  }

  #onEnd(error: Error): void {
    this.#ended = error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
