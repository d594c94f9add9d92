import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemFault, TapeError } from './tape-error.ts';

/** Who holds a lock. The start tells a process from a later one with the same number. */
interface LockHolder {
  pid: number;
  /** When the process started, in the system's own count; null where the system does not tell. */
  started: string | null;
  host: string;
}

/**
 * One writer for each tape: a file beside it that names the process. Not a lock of the system, which a network folder may not have.
 * Invariant: the lock file appears whole or not at all, and only its holder or the finder of a dead holder removes it.
 */
export class TapeLock {
  readonly #path: string;
  #isHeld = true;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @throws TapeError when another writer is alive, or nobody can tell */
  static take(tapePath: string): TapeLock {
    const path = `${tapePath}.lock`;
    const own = `${path}.${process.pid}.${ownCount()}`;
    const holder: LockHolder = { pid: process.pid, started: startOf(process.pid), host: hostname() };
    try {
      writeFileSync(own, JSON.stringify(holder));
      try {
        if (tryLink(own, path)) return new TapeLock(path);
        removeStale(tapePath, path, own);
        if (tryLink(own, path)) return new TapeLock(path);
        throw new TapeError('locked', tapePath, 'is being written by another program that was faster.');
      } finally {
        rmSync(own, { force: true });
      }
    } catch (error) {
      throw systemFault(tapePath, 'written', error);
    }
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // The folder is gone or refuses: the lock is stale when this process ends.
    }
  }
}

let taken = 0;
const ownCount = (): number => (taken += 1);

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the lock of a dead process away. @throws TapeError when it is none */
function removeStale(tapePath: string, path: string, own: string): void {
  const text = textOf(path);
  if (text === null) return;
  refuseAlive(tapePath, path, text);
  const aside = `${own}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    // Another finder was faster.
    return;
  }
  // Between the look and the move a live writer may have come: then it gets its lock back.
  if (textOf(aside) !== text) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function refuseAlive(tapePath: string, path: string, text: string): void {
  const holder = parsed(text);
  if (holder === null)
    throw new TapeError(
      'locked',
      tapePath,
      `has a lock that names nobody: delete ${path} if no program writes it.`,
    );
  const { pid, host, started } = holder;
  if (host !== hostname())
    throw new TapeError(
      'locked',
      tapePath,
      `is being written by process ${pid} on ${host}: delete ${path} if that program is gone.`,
    );
  if (!isAlive(pid) || hasEnded(pid)) return;
  const now = startOf(pid);
  if (started !== null && now !== null && started !== now) return;
  throw new TapeError('locked', tapePath, `is being written by process ${pid}: one tape has one writer.`);
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function parsed(text: string): LockHolder | null {
  try {
    const { pid, started, host } = JSON.parse(text) as Partial<LockHolder>;
    if (!Number.isSafeInteger(pid) || pid! <= 0 || typeof host !== 'string') return null;
    return { pid: pid!, started: typeof started === 'string' ? started : null, host };
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Alive, of another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whether it is over and only its number is left, since its parent has not asked for its end yet: after a kill for a moment, in a container for good. */
function hasEnded(pid: number): boolean {
  const state = statusOf(pid)?.[0];
  return state === 'Z' || state === 'X';
}

/** Boot of the machine and ticks from there to the start of the process: field 22 of proc_pid_stat(5). */
function startOf(pid: number): string | null {
  const boot = textOf('/proc/sys/kernel/random/boot_id');
  const ticks = statusOf(pid)?.[19];
  return boot === null || ticks === undefined ? null : `${boot.trim()}/${ticks}`;
}

/** Fields of proc_pid_stat(5) from the third on, the state; null where the system does not tell. */
function statusOf(pid: number): string[] | null {
  const stat = textOf(`/proc/${pid}/stat`);
  // The name, in brackets, may hold blanks and brackets itself.
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
