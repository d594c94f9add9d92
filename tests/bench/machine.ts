import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { packagePath } from '../../server/package-root.ts';
import { VERSION } from '../../server/version.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly os: string;
  readonly node: string;
  /** ISO 8601, the day of the run. */
  readonly date: string;
}

export type Versions = Readonly<Record<'tickwire' | 'ws' | 'msgpackr' | 'fastify' | 'socket.io', string>>;

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? arch(),
    cores: availableParallelism(),
    memoryGb: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    os: `${type()} ${release()}`,
    node: process.versions.node,
    date: new Date().toISOString().slice(0, 10),
  };
}

export function versions(): Versions {
  return {
    tickwire: `${VERSION}${revision()}`,
    ws: installed('ws'),
    msgpackr: installed('msgpackr'),
    fastify: installed('fastify'),
    'socket.io': installed('socket.io'),
  };
}

function installed(name: string): string {
  const manifest = readFileSync(packagePath(`node_modules/${name}/package.json`), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** The commit as build metadata of the version, and whether anything was changed since; nothing where there is no repository. */
function revision(): string {
  try {
    const commit = git('rev-parse', '--short', 'HEAD');
    const changes = git('status', '--porcelain', '--', 'server', 'src', 'tests/bench');
    return `+${commit}${changes === '' ? '' : '.changed'}`;
  } catch {
    return '';
  }
}

function git(...args: string[]): string {
  const cwd = packagePath('.');
  return execFileSync('git', args, { cwd, stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' }).trim();
}
