import { formatPercent } from '../format/index.ts';

const NICE = [1, 2, 2.5, 5, 10];
const TICKS_MAX = 64;

/** Round percentages between two ratios, `countMax` at most, as ratios, with a label each. */
export function percentTicks(
  min: number,
  max: number,
  countMax: number,
): { ratios: number[]; labels: string[] } {
  if (!(max > min) || countMax < 1) return { ratios: [], labels: [] };
  const raw = ((max - min) * 100) / countMax;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * (NICE.find((nice) => nice * power >= raw * 0.999_999) ?? 10);
  // 2.5 needs a digit more than its power of ten.
  const digits = Math.max(0, -Math.floor(Math.log10(step)) + (Math.abs(step / power - 2.5) < 1e-9 ? 1 : 0));
  const ratios: number[] = [];
  const from = Math.ceil((min * 100) / step);
  const to = Math.floor((max * 100) / step);
  for (let at = from; at <= to && ratios.length < TICKS_MAX; at += 1) ratios.push((at * step) / 100);
  return { ratios, labels: ratios.map((ratio) => formatPercent(ratio, digits)) };
}

/** Decimals of a percentage that is read off a crosshair: enough to tell two pixels apart. */
export function percentDecimals(span: number): number {
  return Math.min(4, Math.max(2, Math.ceil(-Math.log10(Math.max(span, 1e-9)))));
}
