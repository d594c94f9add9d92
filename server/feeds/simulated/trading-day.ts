import type { AssetClass } from '#protocol';

/** Volume by hour of the day (UTC) against an even day; each row averages about 1. Nothing here ever closes. */
const AROUND_THE_CLOCK = [
  1.0, 0.95, 0.9, 0.85, 0.8, 0.78, 0.8, 0.9, 1.0, 1.02, 0.98, 0.98, 1.1, 1.3, 1.45, 1.4, 1.25, 1.15, 1.05,
  1.0, 0.95, 0.85, 0.8, 0.85,
];
const LONDON_AND_NEW_YORK = [
  0.7, 0.75, 0.7, 0.65, 0.6, 0.65, 0.9, 1.3, 1.4, 1.25, 1.1, 1.1, 1.45, 1.7, 1.75, 1.6, 1.2, 0.95, 0.85, 0.8,
  0.7, 0.5, 0.5, 0.6,
];
const NEW_YORK = [
  0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.45, 0.5, 0.55, 0.55, 0.6, 0.7, 0.95, 1.9, 2.6, 2.1, 1.7, 1.55, 1.7, 2.4,
  1.4, 0.6, 0.45, 0.4,
];

/** Typical volume of each hour of the day (UTC) against an even day. */
export function hourlyShape(assetClass: AssetClass): readonly number[] {
  if (assetClass === 'fx') return LONDON_AND_NEW_YORK;
  return assetClass === 'equity' || assetClass === 'future' ? NEW_YORK : AROUND_THE_CLOCK;
}
