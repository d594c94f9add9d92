import type { StepUnit } from './transport.ts';

/** What keys do with a replay. */
export type ReplayAction =
  | { type: 'step'; count: number; unit: StepUnit | null }
  | { type: 'reverse' }
  | { type: 'pause' }
  | { type: 'faster' }
  | { type: 'go-to-start' }
  | { type: 'go-to-end' }
  | { type: 'go-live' }
  | { type: 'loop-in' }
  | { type: 'loop-out' }
  | { type: 'loop' }
  | { type: 'bookmark' }
  | { type: 'jump' }
  | { type: 'copy-link' };

export interface ReplayPress {
  readonly key: string;
  readonly shiftKey?: boolean;
}

/** What a key does whether live or not; null = nothing. */
export function timeAction({ key }: ReplayPress): ReplayAction | null {
  if (key === '@') return { type: 'jump' };
  return key.toLowerCase() === 'y' ? { type: 'copy-link' } : null;
}

/** What a key does while a replay is watched; null = nothing. */
export function replayAction({ key, shiftKey = false }: ReplayPress): ReplayAction | null {
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case '.':
      return { type: 'step', count: 1, unit: shiftKey ? 'bar' : null };
    case ',':
      return { type: 'step', count: -1, unit: shiftKey ? 'bar' : null };
    // Where Shift with . and , makes these.
    case '>':
      return { type: 'step', count: 1, unit: 'bar' };
    case '<':
      return { type: 'step', count: -1, unit: 'bar' };
    case ']':
      return { type: 'step', count: 1, unit: 'second' };
    case '[':
      return { type: 'step', count: -1, unit: 'second' };
    case 'j':
      return { type: 'reverse' };
    case 'k':
      return { type: 'pause' };
    case 'l':
      return { type: shiftKey ? 'loop' : 'faster' };
    case 'i':
      return { type: 'loop-in' };
    case 'o':
      return { type: 'loop-out' };
    case 'b':
      return { type: 'bookmark' };
    case 'n':
      return { type: 'go-live' };
    case 'Home':
      return { type: 'go-to-start' };
    case 'End':
      return { type: 'go-to-end' };
  }
  return null;
}
