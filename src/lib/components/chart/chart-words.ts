import type { ChartType, PriceScale } from './chart-choices.svelte.ts';

export const TYPES: readonly (readonly [ChartType, string])[] = [
  ['candle', 'Candles'],
  ['heikin', 'Heikin Ashi'],
  ['line', 'Line'],
  ['area', 'Area'],
];
/** What the buttons have room for. */
export const SHORT_TYPES: Readonly<Partial<Record<ChartType, string>>> = { heikin: 'Heikin' };
export const SHORT_SCALES: Readonly<Record<PriceScale, string>> = { linear: 'Lin', log: 'Log', percent: '%' };
export const SCALES: readonly (readonly [PriceScale, string])[] = [
  ['linear', 'Linear'],
  ['log', 'Log'],
  ['percent', 'Percent'],
];
