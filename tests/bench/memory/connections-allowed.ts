import { connectionsMax } from '../fanout/file-limit.ts';

/** How many connections the limit on open files leaves of those wanted; says so when they are fewer. */
export function connectionsAllowed(wanted: number): number {
  const allowed = connectionsMax();
  if (allowed >= wanted) return wanted;
  process.stderr.write(
    `\nThe limit on open files (ulimit -Hn) allows ${allowed} connections here, not ${wanted}. `,
  );
  return allowed;
}
