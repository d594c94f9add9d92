import { powerOfTen } from '#protocol';

/** Sign of left - right for two (mantissa, decimals) pairs; NaN when one of the mantissas is. */
export function compareDecimals(
  left: number,
  leftDecimals: number,
  right: number,
  rightDecimals: number,
): number {
  // Pairs without trailing zeros are equal only when both parts are; scaling is exact enough to order unequal ones.
  if (leftDecimals === rightDecimals) return Math.sign(left - right);
  const finest = Math.max(leftDecimals, rightDecimals);
  return Math.sign(left * powerOfTen(finest - leftDecimals) - right * powerOfTen(finest - rightDecimals));
}
