import type { BarInterval } from '#protocol';
import { BAR_INTERVAL_SECONDS, BAR_INTERVALS } from '../../../protocol/channel.ts';

/** What a text in the palette asks for. Its first sign says it; without one it is a search. */
export type PaletteRequest =
  | { readonly kind: 'search'; readonly query: string }
  /** `>log`: commands only. */
  | { readonly kind: 'commands'; readonly query: string }
  /** `/vol>1m`: the list is filtered by it. */
  | { readonly kind: 'filter'; readonly query: string }
  /** `@14:32`: to that instant. */
  | { readonly kind: 'jump'; readonly query: string }
  /** `!64200`: an alert at that price. */
  | { readonly kind: 'alert'; readonly query: string };

const SIGNS: Readonly<Record<string, PaletteRequest['kind']>> = {
  '>': 'commands',
  '/': 'filter',
  '@': 'jump',
  '!': 'alert',
};

export function readPaletteText(text: string): PaletteRequest {
  const trimmed = text.trim();
  const kind = SIGNS[trimmed.charAt(0)];
  return kind === undefined ? { kind: 'search', query: trimmed } : { kind, query: trimmed.slice(1).trim() };
}

/**
 * What bare digits mean as a timeframe: minutes, as traders type them (`5`, `60`, `1440`). Null when the text is no number, a sentence
 * when no timeframe has so many.
 */
export function minutesInterval(text: string): BarInterval | string | null {
  if (!/^\d{1,5}$/.test(text)) return null;
  const seconds = Number(text) * 60;
  const interval = BAR_INTERVALS.find((name) => BAR_INTERVAL_SECONDS[name] === seconds);
  return interval ?? `No timeframe has ${Number(text)} min. There are ${BAR_INTERVALS.join(', ')}.`;
}
