import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fenced block of a page, in its order. */
interface Block {
  readonly kind: string;
  readonly lines: readonly string[];
}

/** What a page made its reader run, and what came of it. */
export interface FollowedStep {
  readonly commands: string;
  readonly output: string;
  /** Lines that the page promises; empty = none. */
  readonly promised: readonly string[];
}

const FENCE = /^```(\w+)\n([\s\S]*?)^```$/gm;

/**
 * Follows a page word for word, as a reader at a shell would: runs its `sh`, makes the changes of its `diff` (`@@ file`, then lines of
 * which those without a sign and those with a minus must stand there once, in this order), and keeps what its `text` promises.
 * @param path folders with programs, before those of the machine
 * @throws Error when a change does not fit or a command fails
 */
export function followTutorial(page: string, folder: string, path: string): FollowedStep[] {
  const steps: FollowedStep[] = [];
  for (const { kind, lines } of blocksOf(page)) {
    if (kind === 'sh') steps.push({ ...run(lines.join('\n'), folder, path), promised: [] });
    else if (kind === 'diff') change(lines, folder);
    else if (kind === 'text') {
      const last = steps.at(-1);
      if (last === undefined) throw new Error('The page promises the output of no command.');
      steps[steps.length - 1] = { ...last, promised: lines };
    } else throw new Error(`Nobody knows what to do with a block of ${kind}.`);
  }
  return steps;
}

function blocksOf(page: string): Block[] {
  return [...page.matchAll(FENCE)].map(([, kind, body]) => ({
    kind: kind!,
    lines: body!.trimEnd().split('\n'),
  }));
}

function run(commands: string, cwd: string, path: string): { commands: string; output: string } {
  const env = { ...process.env, PATH: `${path}:${process.env['PATH']}` };
  // What a command says of faults goes with what it says.
  const output = execFileSync('sh', ['-e', '-c', `exec 2>&1\n${commands}`], { cwd, env, encoding: 'utf8' });
  return { commands, output };
}

function change(lines: readonly string[], folder: string): void {
  const hunks = lines.join('\n').split(/^@@ /m).slice(1);
  if (hunks.length === 0) throw new Error('A change names no file.');
  for (const hunk of hunks) {
    const [name, ...changed] = hunk.trimEnd().split('\n');
    const file = join(folder, name!);
    const text = readFileSync(file, 'utf8');
    const side = (sign: string): string =>
      changed
        .filter((line) => line === '' || line.startsWith(' ') || line.startsWith(sign))
        .map((line) => line.slice(1))
        .join('\n');
    const parts = text.split(side('-'));
    if (parts.length !== 2) throw new Error(`${name}: this does not stand there once:\n${side('-')}`);
    writeFileSync(file, parts.join(side('+')));
  }
}
