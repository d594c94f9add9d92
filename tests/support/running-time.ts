import { readFileSync } from 'node:fs';

/**
 * A clock that stands still while a process is ready to run and the machine lets others run in its place, ms: what a busy machine takes
 * from a process is no fault of its program. Where the system does not tell (Linux does, in `schedstat`), the plain time.
 */
export function runningMs(pid: number): number {
  return performance.timeOrigin + performance.now() - heldUpMs(pid);
}

/** Time that the main thread of a process has waited for a core since it began. */
function heldUpMs(pid: number): number {
  try {
    const [, waitedNs] = readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ');
    return Number(waitedNs) / 1e6;
  } catch {
    return 0;
  }
}
