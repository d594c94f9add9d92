import { spawnSync } from 'node:child_process';

/** Files that a process has open besides its connections. */
const OTHER_FILES = 300;

/** How many connections a process may hold here. Node raises its own limit, and that of what it starts, to the hard one by itself. */
export function connectionsMax(): number {
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' });
  const files = Number(stdout);
  return (Number.isFinite(files) && files > 0 ? files : Infinity) - OTHER_FILES;
}
