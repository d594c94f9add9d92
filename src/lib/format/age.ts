import { NO_VALUE } from './locale.ts';

const DAY_MS = 86_400_000;

/** How old something is, in one unit: `240 ms`, `3.2 s`, `48 s`, `5 min`, `3 h`, `2 d`. */
export function formatAge(ageMs: number): string {
  if (!Number.isFinite(ageMs)) return NO_VALUE;
  const age = Math.max(0, ageMs);
  if (age < 999.5) return `${Math.round(age)} ms`;
  if (age < 9950) return `${(age / 1000).toFixed(1)} s`;
  if (age < 90_000) return `${Math.round(age / 1000)} s`;
  if (age < 5_400_000) return `${Math.round(age / 60_000)} min`;
  if (age < 2 * DAY_MS) return `${Math.round(age / 3_600_000)} h`;
  return `${Math.round(age / DAY_MS)} d`;
}
