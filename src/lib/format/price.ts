import type { Increment } from '#protocol';
import { powerOfTen } from '../../protocol/decimal.ts';
import { fixedFormat, NO_VALUE, numberFormat, withMinus } from './locale.ts';

/** What the text of a price depends on: any dictionary entry will do. */
export interface PriceForm {
  readonly tick: Increment;
}

export type Direction = 'up' | 'down' | 'flat';

/**
 * Value of `ticks` as the nearest float. Its text with `tick.decimals` digits is exact while the decimal mantissa stays
 * below 2^52: the float's error is then smaller than half of the last digit.
 */
function priceValue(ticks: number, form: PriceForm): number {
  return (ticks * form.tick.units) / powerOfTen(form.tick.decimals);
}

/** 6421850 ticks of 0.01 -> `64,218.50`; NaN -> an en dash. */
export function formatPrice(ticks: number, form: PriceForm): string {
  if (!Number.isFinite(ticks)) return NO_VALUE;
  return withMinus(fixedFormat(form.tick.decimals).format(priceValue(ticks, form)));
}

/** A difference of prices without its sign, for cells where an arrow stands in front. */
export function formatChangeMagnitude(ticks: number, form: PriceForm): string {
  return formatPrice(Math.abs(ticks), form);
}

/** 0.0128 -> `+1.28%`; a change too small to show is `0.00%`, without a sign. */
export function formatPercent(ratio: number, decimals = 2): string {
  if (!Number.isFinite(ratio)) return NO_VALUE;
  const percent = Math.abs(ratio) * 100 < 0.5 * 10 ** -decimals ? 0 : ratio * 100;
  const text = withMinus(fixedFormat(decimals).format(percent));
  return `${percent > 0 ? '+' : ''}${text}%`;
}

/** (last - from) / from; NaN when either is not known or `from` is no base for a ratio. */
export function changeRatio(last: number, from: number): number {
  return from === 0 ? Number.NaN : (last - from) / Math.abs(from);
}

export function direction(change: number): Direction {
  return change > 0 ? 'up' : change < 0 ? 'down' : 'flat';
}

/** The arrow that says the direction without colour. */
export function directionArrow(change: number): '▲' | '▼' | '' {
  return change > 0 ? '▲' : change < 0 ? '▼' : '';
}

/** `64,218.50` -> whole `64,218`, fraction `.50`: for a large price whose decimals are set smaller. */
export function priceParts(ticks: number, form: PriceForm): { whole: string; fraction: string } {
  const text = formatPrice(ticks, form);
  const cut = text.length - fractionChars(ticks, form);
  return { whole: text.slice(0, cut), fraction: text.slice(cut) };
}

/** Separator and digits after it. Every locale writes one separator and one character a digit. */
function fractionChars(ticks: number, form: PriceForm): number {
  return form.tick.decimals > 0 && Number.isFinite(ticks) ? form.tick.decimals + 1 : 0;
}

/** Spread between two prices in hundredths of a percent of their middle: `0.08 bp`. */
export function formatBasisPoints(bid: number, ask: number): string {
  const points = ((ask - bid) / ((ask + bid) / 2)) * 10_000;
  if (!Number.isFinite(points)) return NO_VALUE;
  const format = numberFormat('bp', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `${withMinus(format.format(points))} bp`;
}
