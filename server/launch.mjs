// First step of every npm script: makes sure that dependencies and page are there, then hands over to the right Node.
// Plain JavaScript, because it also runs on a Node that cannot run the server.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './launch/build.mjs';
import { ensureInstalled, toolEnvironment } from './launch/install.mjs';
import { NODE_FLAGS } from './launch/node-flags.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [mode, ...rest] = process.argv.slice(2);
const args = rest[0] === '--' ? rest.slice(1) : rest;

/** What each script runs once everything is there. */
const PROGRAMS = {
  start: { build: true, command: ['server/cli.ts', ...args] },
  dev: {
    build: false,
    command: [
      '--watch-path=server',
      '--watch-path=src/protocol',
      '--watch-preserve-output',
      'server/cli.ts',
      'serve',
      '--dev',
      ...args,
    ],
  },
  cli: {
    build: args[0] === undefined || ['serve', 'replay'].includes(args[0]) || args[0].startsWith('-'),
    command: ['server/cli.ts', ...args],
  },
  bench: { build: false, command: ['tests/bench/run.ts', ...args] },
};

const program = PROGRAMS[mode];
if (program === undefined) {
  process.stderr.write(`launch.mjs starts ${Object.keys(PROGRAMS).join(', ')}; not ${mode}.\n`);
  process.exit(1);
}

ensureInstalled(root);
const wantsHelp = args.some((arg) => ['--help', '-h', '--version', '-v'].includes(arg));
if (program.build && !wantsHelp) ensureBuilt(root);

const command = program.command.map((part) =>
  part.endsWith('.ts') && !args.includes(part) ? join(root, part) : part,
);
const child = spawn('node', [...NODE_FLAGS, ...command], { env: toolEnvironment(root), stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`Node could not be started: ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) =>
  process.exit(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)),
);
