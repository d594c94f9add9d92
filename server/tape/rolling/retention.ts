import type { TapeRetention } from './ports.ts';

const MB = 1_000_000;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const UNIT_BYTES: Readonly<Record<string, number>> = { MB, GB: 1_000 * MB, TB: 1_000_000 * MB };

const AGE_MS_MIN = 60_000;
const AGE_MS_MAX = 30 * UNIT_MS['d']!;
const BYTES_MIN = 16 * MB;
const BYTES_MAX = UNIT_BYTES['TB']!;

/** A tape is dropped in parts of this share of what it may hold, so that it keeps nearly all of it at any time. */
const AGE_PARTS = 30;
const BYTES_PARTS = 16;
const SEGMENT_MS_MIN = 10_000;
const SEGMENT_MS_MAX = 3_600_000;
const SEGMENT_BYTES_MAX = 256 * MB;

/** `90s`, `60m`, `1.5h`, `2d` in milliseconds; null for other text. */
export function parseDuration(text: string): number | null {
  const [, count, unit] = /^(\d{1,6}(?:\.\d{1,3})?)\s*([smhd])$/.exec(text.trim()) ?? [];
  if (count === undefined || unit === undefined) return null;
  const ms = Math.round(Number(count) * UNIT_MS[unit]!);
  return ms > 0 ? ms : null;
}

/** `60m`, `512MB` or both, `60m,512MB`; what is not named is bounded by the largest of its kind. Null for other text and out of range. */
export function parseRetention(text: string): TapeRetention | null {
  let ageMs: number | null = null;
  let bytes: number | null = null;
  for (const part of text.split(',')) {
    const [, count, unit] = /^(\d{1,9})\s*([KMGT]B)$/.exec(part.trim()) ?? [];
    if (count !== undefined) {
      if (bytes !== null || UNIT_BYTES[unit!] === undefined) return null;
      bytes = Number(count) * UNIT_BYTES[unit!]!;
    } else {
      if (ageMs !== null) return null;
      ageMs = parseDuration(part);
      if (ageMs === null) return null;
    }
  }
  ageMs ??= AGE_MS_MAX;
  bytes ??= BYTES_MAX;
  const isInRange = ageMs >= AGE_MS_MIN && ageMs <= AGE_MS_MAX && bytes >= BYTES_MIN && bytes <= BYTES_MAX;
  return isInRange ? { ageMs, bytes } : null;
}

/** How long and how large a segment of such a tape may become. */
export function segmentBounds({ ageMs, bytes }: TapeRetention): { durationMs: number; bytes: number } {
  return {
    durationMs: Math.min(Math.max(ageMs / AGE_PARTS, SEGMENT_MS_MIN), SEGMENT_MS_MAX),
    bytes: Math.min(bytes / BYTES_PARTS, SEGMENT_BYTES_MAX),
  };
}
