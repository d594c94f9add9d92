import type { Increment } from '#protocol';
import { powerOfTen } from '../../protocol/decimal.ts';
import { fixedFormat, NO_VALUE, numberFormat, withMinus } from './locale.ts';

/** What the text of a size depends on: any dictionary entry will do. */
export interface SizeForm {
  readonly lot: Increment;
}

/** Most decimals of a size in a column: enough to tell sizes apart, few enough to fit. */
const COLUMN_DECIMALS = 4;
/** From here on a size has none: they would take the room of the price beside it, or be cut off. */
const WHOLE_FROM = 1_000_000;

function sizeValue(lots: number, form: SizeForm): number {
  return (lots * form.lot.units) / powerOfTen(form.lot.decimals);
}

/**
 * A size for a column: as many decimals as its lot has, four at most (`1.9294`). A size that four decimals would show
 * as zero keeps two digits that are not (`0.000012`): a trade of nothing does not exist. From a million on it is whole (`1,234,567`).
 */
export function formatSize(lots: number, form: SizeForm): string {
  if (!Number.isFinite(lots)) return NO_VALUE;
  const value = sizeValue(lots, form);
  const decimals = Math.abs(value) >= WHOLE_FROM ? 0 : Math.min(form.lot.decimals, COLUMN_DECIMALS);
  if (value !== 0 && Math.abs(value) < 0.5 * 10 ** -decimals) {
    return withMinus(numberFormat('tiny', { maximumSignificantDigits: 2 }).format(value));
  }
  return withMinus(fixedFormat(decimals).format(value));
}

/** A volume in few characters: `56.9K`, `37.6M`, `12.41`, by the locale's own abbreviations. */
export function formatVolumeCompact(lots: number, form: SizeForm): string {
  if (!Number.isFinite(lots)) return NO_VALUE;
  const value = sizeValue(lots, form);
  const magnitude = Math.abs(value);
  if (magnitude >= 999.995) return formatCompact(value);
  if (magnitude !== 0 && magnitude < 0.005) {
    return withMinus(numberFormat('tiny', { maximumSignificantDigits: 2 }).format(value));
  }
  return withMinus(fixedFormat(Math.min(form.lot.decimals, 2)).format(value));
}

/** Characters of a short number that fit a column: `12,3 Mrd` and what English needs. */
const COMPACT_CHARS_MAX = 8;

/**
 * `56.9K`, `3,8 Mio.`: where the language has longer words, or none, the decimal gives way (`381 Mio.`, `521.178`), so that columns need
 * not cut off what it counts in.
 */
export function formatCompact(value: number): string {
  if (!Number.isFinite(value)) return NO_VALUE;
  const text = compactFormat(1).format(value);
  // Digits may be parted: 56.912,0 has six.
  const isLong = text.length > COMPACT_CHARS_MAX ? /\p{Nd}{2}/u.test(text) : /(\p{Nd}.?){5}/u.test(text);
  return withMinus(isLong ? compactFormat(0).format(value) : text);
}

function compactFormat(decimals: number): Intl.NumberFormat {
  return numberFormat(`compact ${decimals}`, {
    notation: 'compact',
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/** A whole number with separators: `9,982`. */
export function formatCount(count: number): string {
  return Number.isFinite(count) ? withMinus(fixedFormat(0).format(Math.round(count))) : NO_VALUE;
}
