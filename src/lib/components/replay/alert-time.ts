import type { AlertFiring } from '#protocol';
import type { TimeRange } from './loop-marks.ts';

type Named = Pick<AlertFiring, 'timeUs' | 'instrument' | 'note' | 'message'>;

/** One letter is in nearly every sentence; what begins with a digit or a sign is a time that was mistyped. */
const NAME = /^\p{L}.+/u;

/**
 * When an alert fired last that a text names: by its note, its symbol, or words of what it said, in this order. Null where none did
 * within what can be gone to.
 * @param firings newest first
 */
export function alertTime(
  text: string,
  firings: readonly Named[],
  { fromUs, toUs }: TimeRange,
): number | null {
  const wanted = text.trim().toLowerCase();
  if (!NAME.test(wanted)) return null;
  const held = firings.filter(({ timeUs }) => timeUs >= fromUs && timeUs <= toUs);
  for (const name of ['note', 'instrument', 'message'] as const) {
    const found = held.find((firing) => firing[name].toLowerCase().includes(wanted));
    if (found !== undefined) return found.timeUs;
  }
  return null;
}
