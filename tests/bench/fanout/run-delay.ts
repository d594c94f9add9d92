import { readFileSync } from 'node:fs';

const NS_PER_US = 1000;

/**
 * How long a process's main thread was ready to run so far and something else had its core, us; null where the system does not say.
 * Linux, Documentation/scheduler/sched-stats: the second number.
 */
export function runDelayUs(pid: number): number | null {
  try {
    const [, waitedNs] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    return Number(waitedNs) / NS_PER_US;
  } catch {
    return null;
  }
}
