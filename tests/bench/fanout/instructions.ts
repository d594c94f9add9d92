import { spawn, spawnSync } from 'node:child_process';
import { invariant } from '#protocol';

/** What a server executed. */
export interface Instructions {
  readonly user: number;
  /** User and kernel. */
  readonly all: number;
}

const EVENTS = ['instructions:u', 'instructions'];

/** Whether the machine counts instructions and lets us read the counters: many virtual ones do not. */
export function canCountInstructions(): boolean {
  const { status, stderr } = spawnSync('perf', ['stat', '-x,', '-e', EVENTS.join(), 'true'], {
    encoding: 'utf8',
  });
  return status === 0 && parse(stderr) !== null;
}

/** Counts a process's instructions with `perf stat` until `stop` is called. */
export class InstructionCount {
  readonly #perf;
  #text = '';

  constructor(pid: number) {
    this.#perf = spawn('perf', ['stat', '-x,', '-e', EVENTS.join(), '-p', String(pid)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#perf.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text;
    });
  }

  async stop(): Promise<Instructions> {
    const ended = new Promise((resolve) => this.#perf.once('close', resolve));
    // On this signal it prints what it has.
    this.#perf.kill('SIGINT');
    await ended;
    const instructions = parse(this.#text);
    invariant(instructions !== null, 'counters that were there a moment ago still are');
    return instructions;
  }
}

/** Lines of `value,unit,event,...`; the value is text where the counter is missing. */
function parse(text: string): Instructions | null {
  const values = EVENTS.map((event) => {
    const line = text.split('\n').find((one) => one.split(',')[2] === event);
    return Number(line?.split(',')[0]);
  });
  const [user, all] = values;
  return values.every((value) => value > 0) ? { user: user!, all: all! } : null;
}
