import type { Usage } from './control.ts';
import { LineProcess } from './line-process.ts';
import type { TestedServer } from './tested-server.ts';

/** `floor-server.c`: one write() a client and tick. */
export class FloorServer implements TestedServer {
  readonly #process: LineProcess;
  readonly #periodUs: number;
  readonly #frameBytes: number | null;

  /** @param frameBytes size of its frames; null = sizes of ours */
  constructor(program: string, rateHz: number, frameBytes: number | null, core: number | null) {
    this.#process = new LineProcess(program, core);
    this.#periodUs = Math.round(1_000_000 / rateHz);
    this.#frameBytes = frameBytes;
  }

  get pid(): number {
    return this.#process.pid;
  }

  async listen(): Promise<number> {
    const [, port] = await this.#process.next();
    return Number(port);
  }

  open(frameBytes: readonly number[]): Promise<Usage> {
    return this.#usage(`open ${this.#periodUs} ${this.#frameBytes ?? frameBytes.join()}`);
  }

  drain(): Promise<Usage> {
    return this.#usage('drain');
  }

  end(): Promise<void> {
    return this.#process.end();
  }

  async #usage(command: string): Promise<Usage> {
    const [, cpuUs] = await this.#process.ask(command);
    return { cpuUs: Number(cpuUs) };
  }
}
