import type { Increment } from '#protocol';
import { powerOfTen } from '../../protocol/decimal.ts';
import { fixedFormat, NO_VALUE, numberFormat, withMinus } from './locale.ts';

/** The pip of most currency pairs, and of those in yen and the like. */
const PIP_DECIMALS = 4;
const SHORT_PIP_DECIMALS = 2;

/** What the text of a price depends on: any dictionary entry will do. */
export interface PriceForm {
  readonly tick: Increment;
  readonly assetClass?: string;
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
  // What is rounded to zero from below is a zero of its own to Intl.
  return withMinus(fixedFormat(form.tick.decimals).format(priceValue(ticks, form) + 0));
}

/** A difference of prices without its sign, for cells where an arrow stands in front. */
export function formatChangeMagnitude(ticks: number, form: PriceForm): string {
  return formatPrice(Math.abs(ticks), form);
}

/** 0.0128 -> `+1.28%`; a change too small to show is `0.00%`, without a sign. */
export function formatPercent(ratio: number, decimals = 2): string {
  if (!Number.isFinite(ratio)) return NO_VALUE;
  // 7, and not 7.000000000000001, which is another number to who rounds.
  const exact = Number((ratio * 100).toPrecision(15));
  const percent = Math.abs(exact) < 0.5 * 10 ** -decimals ? 0 : exact;
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

/** Digits after the pip of a currency pair: `1.0841` and then a tenth of it, `2`. */
export function digitsAfterPip({ tick }: PriceForm): number {
  return Math.max(0, tick.decimals - (tick.decimals >= PIP_DECIMALS ? PIP_DECIMALS : SHORT_PIP_DECIMALS));
}

/** `64,218.50` -> whole `64,218`, fraction `.50`: for a large price whose decimals are set smaller. What is read first stays large. */
export function priceParts(ticks: number, form: PriceForm): { whole: string; fraction: string } {
  const text = formatPrice(ticks, form);
  const cut = text.length - fractionChars(ticks, form);
  return { whole: text.slice(0, cut), fraction: text.slice(cut) };
}

/** Below this a price is read by its decimals. */
const DECIMALS_COUNT_BELOW = 10;

/** Separator and digits after it; of a currency pair those after its pip. Every locale writes one separator and one character a digit. */
function fractionChars(ticks: number, form: PriceForm): number {
  if (!Number.isFinite(ticks)) return 0;
  if (form.assetClass === 'fx') return digitsAfterPip(form);
  if (Math.abs(priceValue(ticks, form)) < DECIMALS_COUNT_BELOW) return 0;
  return form.tick.decimals > 0 ? form.tick.decimals + 1 : 0;
}

/** Spread between two prices in hundredths of a percent of their middle, below zero only where they are crossed; NaN without one. */
export function basisPoints(bid: number, ask: number): number {
  return ((ask - bid) * 10_000) / Math.abs((ask + bid) / 2);
}

/** `0.08 bp`. */
export function formatBasisPoints(bid: number, ask: number): string {
  const points = basisPoints(bid, ask);
  if (!Number.isFinite(points)) return NO_VALUE;
  const format = numberFormat('bp', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `${withMinus(format.format(points))} bp`;
}
