import type { RecordingSummary } from '../../client/recordings-api.ts';
import {
  formatCount,
  formatDateTime,
  formatIsoDate,
  formatClock,
  type TimeZone,
} from '../../format/index.ts';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
const STEP = 1_000;
/** Instruments that a row names before it counts the others. */
const NAMES_MAX = 4;

/** `912 B`, `4.1 MB`, `38 MB`. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= STEP - 0.5 && unit < UNITS.length - 1) {
    value /= STEP;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : String(Math.round(value))} ${UNITS[unit]!}`;
}

/** How long something lasted, in its two largest units: `3 h 12 min`, `42 s`. */
export function durationText(us: number): string {
  const seconds = Math.max(0, us / 1e6);
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`;
  const whole = Math.round(seconds);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3_600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** `2026-11-12 14:29:37 – 14:34:37`; the second day stands only where it is another. */
export function spanText(fromUs: number, toUs: number, zone: TimeZone): string {
  const isSameDay = formatIsoDate(fromUs, zone) === formatIsoDate(toUs, zone);
  const to = isSameDay ? formatClock(toUs, zone) : formatDateTime(toUs, zone).slice(0, 19);
  return `${formatDateTime(fromUs, zone).slice(0, 19)} – ${to}`;
}

/** `BTC-USD, ETH-USD and 38 more`. */
export function instrumentsText({ instruments, instrumentCount }: RecordingSummary): string {
  if (instrumentCount === 0) return 'No instrument';
  // One symbol of several venues is named once.
  const symbols = new Set(instruments.map((key) => key.slice(key.indexOf(':') + 1)));
  const names = [...symbols].slice(0, NAMES_MAX);
  const others = instrumentCount - names.length;
  return others > 0 ? `${names.join(', ')} and ${formatCount(others)} more` : names.join(', ');
}
