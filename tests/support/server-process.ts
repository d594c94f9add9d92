import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const READY = /Tickwire is ready at (http:\/\/\S+)/;

export interface ServerProcess {
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  /** Everything that it has printed so far. */
  output(): string;
  /** Ends it as an operator would, and waits for that. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts the real program on a free port (or the given one) and waits for its line. Rejects with its output when it ends before. */
export function startServer(
  args: readonly string[] = [],
  port = 0,
  env: Record<string, string> = {},
): Promise<ServerProcess> {
  return startProgram(['server/cli.ts', 'serve', '--port', String(port), ...args], env);
}

/** The same without the page, which need not be built, and starts faster. */
export function startPagelessServer(
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<ServerProcess> {
  return startProgram(['tests/support/pageless-server.ts', '--port', '0', ...args], env);
}

async function startProgram(line: readonly string[], env: Record<string, string>): Promise<ServerProcess> {
  const child = spawn('node', line, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Servers of several tests run at the same time, and leave nothing in the repository.
    env: { TICKWIRE_TAPE: 'off', TICKWIRE_ALERTS: 'off', ...process.env, NODE_ENV: 'production', ...env },
  });
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      printed += chunk.toString('utf8');
      const ready = READY.exec(printed);
      if (ready !== null) resolve(ready[1]!);
    };
    child.stdout.on('data', onData);
    child.stderr.on('data', onData);
    child.once('exit', (code) =>
      reject(new Error(`the server ended with ${code} before it was ready:\n${printed}`)),
    );
  });
  return {
    url,
    port: Number(new URL(url).port),
    child,
    output: () => printed,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      await ended;
    },
  };
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line of the program to its end. */
export function runCommand(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<CommandResult> {
  const child = spawn('node', ['server/cli.ts', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { TICKWIRE_TAPE: 'off', TICKWIRE_ALERTS: 'off', ...process.env, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}
