import type { DictionaryEntry } from '#protocol';
import type { Density } from '../../state/settings.svelte.ts';

/** Width of the symbol's column and of the sparkline's together, px. */
export const SYMBOL_AND_SPARK_PX = 160;
/** Width of a sparkline on a phone, where symbol and venue stand one above the other, px. */
export const PHONE_SPARK_PX = 56;
const SYMBOL_PX_MIN = 104;
const SYMBOL_PX_MAX = 136;
/** Space between symbol and venue, and after both, px. */
const SPACES_PX = 9;
const VENUE_TEXT_PX = 11;
/** `--text-row` of each density, px. */
const ROW_TEXT_PX: Record<Density, number> = { compact: 12, normal: 13, comfortable: 14 };

/**
 * Width of the symbols' column, px: what the longest symbol with its venue needs, within limits; the sparkline gives way.
 * Reckoned rather than measured, so that the server's page and the browser's agree to the pixel.
 * @param venueCode what stands beside the symbol
 */
export function symbolColumnPx(
  entries: readonly DictionaryEntry[],
  venueCode: (venue: string) => string,
  density: Density,
): number {
  let widest = SYMBOL_PX_MIN;
  for (const { symbol, venue } of entries) {
    const needed =
      textEms(symbol) * ROW_TEXT_PX[density] + textEms(venueCode(venue)) * VENUE_TEXT_PX + SPACES_PX;
    if (needed > widest) widest = needed;
  }
  return Math.min(SYMBOL_PX_MAX, Math.ceil(widest));
}

/** About the width of text in the page's face at its boldest, em. */
function textEms(text: string): number {
  let ems = 0;
  for (const letter of text) {
    if (/[MW@]/.test(letter)) ems += 0.98;
    else if (/[I.,:|!ijl]/.test(letter)) ems += 0.31;
    else if (/[-_/ fkrt]/.test(letter)) ems += 0.5;
    else ems += 0.69;
  }
  return ems;
}
