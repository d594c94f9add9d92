import { BAR_NUMBERS } from '../../../../../src/lib/charts/bar-series.ts';

/** Flat rows of bars, one from each [start s, open, high, low, close, volume]. */
export function rowsOf(...bars: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(bars.flat());
}

/** `count` bars that follow each other, their prices telling their place: bar n closes at 1000 + n. */
export function countingRows(count: number, firstS = 0, intervalS = 60): Float64Array {
  const rows = new Float64Array(count * BAR_NUMBERS);
  for (let at = 0; at < count; at += 1) {
    rows.set([firstS + at * intervalS, 1000 + at, 1002 + at, 998 + at, 1000 + at, 10 + at], at * BAR_NUMBERS);
  }
  return rows;
}
