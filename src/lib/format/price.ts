import type { AssetClass, Increment } from '#protocol';
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

/** A difference of prices with its sign: `+812.40`, `−710.32`, `0.00`. */
export function formatChange(ticks: number, form: PriceForm): string {
  return ticks > 0 ? `+${formatPrice(ticks, form)}` : formatPrice(ticks, form);
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

/**
 * Splits a price where its decimals stop to matter at a glance: FX after the pip (fourth decimal, second where prices
 * have at most three), elsewhere the zeros that end a price of more than two decimals. `tail` is for a dimmer colour.
 */
export function priceEmphasis(
  ticks: number,
  form: PriceForm & { readonly assetClass: AssetClass },
): { head: string; tail: string } {
  const text = formatPrice(ticks, form);
  const { decimals } = form.tick;
  let cut = text.length;
  if (Number.isFinite(ticks)) {
    if (form.assetClass === 'fx') {
      const pipDecimals = decimals <= 3 ? 2 : 4;
      cut -= Math.max(0, decimals - pipDecimals);
    } else {
      for (let shown = decimals; shown > 2 && text[cut - 1] === '0'; shown -= 1) cut -= 1;
    }
  }
  return { head: text.slice(0, cut), tail: text.slice(cut) };
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
