import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Longest time between two signs that is believed, ms. */
const SIGN_MS_MAX = 60_000;

/** Who holds a lock. The start tells a process from a later one with the same number. */
export interface LockHolder {
  readonly pid: number;
  /** Boot of the machine and when the process started, in the system's own count; null where the system does not tell. */
  readonly started: string | null;
  readonly host: string;
  /** Where its number is counted: each container counts anew. Null where the system does not tell, and in locks of earlier versions. */
  readonly space: string | null;
  /** How often the lock's time is moved on, ms; null = never, and in locks of earlier versions. */
  readonly signMs: number | null;
}

/** This process, as the text of a lock that no other has. */
export function ownLockText(signMs: number | null): string {
  const { pid } = process;
  return JSON.stringify({ ...whereabouts(), pid, started: startOf(pid), signMs, id: randomUUID() });
}

export function parseHolder(text: string): LockHolder | null {
  try {
    const { pid, started, host, space, signMs } = JSON.parse(text) as Partial<LockHolder>;
    if (!Number.isSafeInteger(pid) || pid! <= 0 || typeof host !== 'string') return null;
    const givesSigns = typeof signMs === 'number' && signMs > 0 && signMs <= SIGN_MS_MAX;
    return {
      pid: pid!,
      host,
      started: typeof started === 'string' ? started : null,
      signMs: givesSigns ? signMs : null,
      space: typeof space === 'string' ? space : null,
    };
  } catch {
    return null;
  }
}

/**
 * Whether its process can be asked for from here: of the same boot of the same machine, and counted where we are. A name says little:
 * containers and copies of a machine may share one. It has to do where there is nothing else to go by.
 */
export function isNear({ host, space, started, signMs }: LockHolder): boolean {
  const own = whereabouts();
  const boot = bootOf(startOf(process.pid));
  if (signMs === null || started === null || boot === null) return host === own.host;
  return bootOf(started) === boot && space === own.space;
}

/** Whether the process of a near holder is over. */
export function hasEnded({ pid, started }: LockHolder): boolean {
  if (!isAlive(pid) || isLeftOver(pid)) return true;
  const now = startOf(pid);
  return started !== null && now !== null && started !== now;
}

function whereabouts(): { host: string; space: string | null } {
  let space: string | null = null;
  try {
    space = readlinkSync('/proc/self/ns/pid');
  } catch {
    // No Linux.
  }
  return { host: hostname(), space };
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
function isLeftOver(pid: number): boolean {
  const state = statusOf(pid)?.[0];
  return state === 'Z' || state === 'X';
}

/** Boot of the machine and ticks from there to the start of the process: field 22 of proc_pid_stat(5). */
function startOf(pid: number): string | null {
  const boot = textOf('/proc/sys/kernel/random/boot_id');
  const ticks = statusOf(pid)?.[19];
  return boot === null || ticks === undefined ? null : `${boot.trim()}/${ticks}`;
}

const bootOf = (started: string | null): string | null => started?.split('/')[0] ?? null;

/** Fields of proc_pid_stat(5) from the third on, the state; null where the system does not tell. */
function statusOf(pid: number): string[] | null {
  const stat = textOf(`/proc/${pid}/stat`);
  // The name, in brackets, may hold blanks and brackets itself.
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
