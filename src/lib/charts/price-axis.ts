import type { Increment } from '#protocol';
import { powerOfTen } from '../../protocol/decimal.ts';

/** Mantissas of steps that read well. */
const NICE = [1, 2, 2.5, 5, 10];
const TICKS_MAX = 64;

/**
 * The smallest step that is at least `rawTicks`, reads well as a price (1, 2, 2.5 or 5 times a power of ten) and is a whole
 * number of the instrument's ticks. Where no such step is near (ticks of 1/64), a round number of ticks.
 */
export function niceStep(rawTicks: number, tick: Increment): number {
  const raw = Math.max(1, rawTicks);
  // In units of the last decimal, where prices are integers.
  const rawUnits = raw * tick.units;
  let power = Math.max(0, Math.floor(Math.log10(rawUnits)) - 1);
  for (; powerOfTen(power) <= rawUnits * 4; power += 1) {
    for (const nice of NICE) {
      const units = nice * powerOfTen(power);
      if (units < rawUnits || units > rawUnits * 4) continue;
      if (Number.isInteger(units) && units % tick.units === 0) return units / tick.units;
    }
  }
  return isBinaryFraction(tick) ? 2 ** Math.ceil(Math.log2(raw)) : roundAbove(raw);
}

/** Ticks of a half, a quarter, ... of one, as bonds are quoted: people count them by halves, not by tens. */
function isBinaryFraction(tick: Increment): boolean {
  const perOne = powerOfTen(tick.decimals) / tick.units;
  return Number.isInteger(perOne) && Number.isInteger(Math.log2(perOne));
}

/** The smallest of 1, 2, 5 times a power of ten that is at least `value`. */
function roundAbove(value: number): number {
  const power = powerOfTen(Math.floor(Math.log10(value)));
  for (const nice of [1, 2, 5]) if (nice * power >= value) return nice * power;
  return 10 * power;
}

/** Prices to label between two prices, in whole ticks, lowest first; at most `countMax`, evenly apart. */
export function priceTicks(min: number, max: number, countMax: number, tick: Increment): number[] {
  if (!(max > min) || countMax < 1) return [];
  const step = niceStep((max - min) / countMax, tick);
  const ticks: number[] = [];
  const from = Math.ceil(min / step);
  const to = Math.floor(max / step);
  for (let at = from; at <= to && ticks.length < TICKS_MAX; at += 1) ticks.push(at * step);
  return ticks;
}

/**
 * Prices to label on a log scale. Where the range is narrow even steps look the same on both scales; where it spans more than
 * a factor of three the steps grow with the price, so that labels stay evenly apart.
 */
export function logPriceTicks(min: number, max: number, countMax: number, tick: Increment): number[] {
  if (!(max > min) || min <= 0) return [];
  if (max / min < 3) return priceTicks(min, max, countMax, tick);
  const ratio = Math.exp(Math.log(max / min) / Math.max(1, countMax));
  const ticks: number[] = [];
  let price = roundAbove(min);
  while (price <= max && ticks.length < TICKS_MAX) {
    const whole = Math.round(price);
    if (whole >= min && whole !== ticks.at(-1)) ticks.push(whole);
    price = roundAbove(price * Math.max(ratio, 1.2));
  }
  return ticks;
}
