/** Words and separators of one locale, built once: making an Intl object costs some 50 us, using it well under one. */

/** A number that is not known. */
export const NO_VALUE = '–';
/** U+2212: as wide as a plus in every face, and read as "minus" by screen readers, which a hyphen is not. */
export const MINUS = '−';

let locale = 'en-US';
const numberFormats = new Map<string, Intl.NumberFormat>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

/** Sets the language of all text that is made from now on. The server keeps the default, so that both ends write the same. */
export function setFormatLocale(next: string): void {
  if (next === locale) return;
  locale = next;
  numberFormats.clear();
  dateFormats.clear();
}

/** A formatter with exactly `decimals` digits after the point. */
export function fixedFormat(decimals: number): Intl.NumberFormat {
  return numberFormat(`fixed ${decimals}`, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/** The formatter of this key, made from `options` at its first use. The key must name the options. */
export function numberFormat(key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  let format = numberFormats.get(key);
  if (format === undefined) numberFormats.set(key, (format = new Intl.NumberFormat(locale, options)));
  return format;
}

export function dateFormat(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  let format = dateFormats.get(key);
  if (format === undefined) dateFormats.set(key, (format = new Intl.DateTimeFormat(locale, options)));
  return format;
}

/**
 * Intl writes a hyphen in front of negative numbers in most locales; a price display wants U+2212. Arabic, Hebrew and Persian have a
 * mark of direction in front of it, by which the sign would stand behind the digits here, where all runs from left to right.
 */
export function withMinus(text: string): string {
  const first = text.charCodeAt(0);
  if (first === 0x2d) return MINUS + text.slice(1);
  return first === 0x61c || first === 0x200e || first === 0x200f ? MINUS + text.slice(2) : text;
}
